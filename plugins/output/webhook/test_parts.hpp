// A receiver, the sink that posts to it, and Records.
#pragma once

#include "webhook.cpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>
#include <sched.h>
#include <sys/mount.h>

#include <boost/json/parse.hpp>
#include <future>
#include <map>

#include "world/receiver.hpp"
#include "world/scratch.hpp"

namespace {

using gatepost::world::Manner;
using gatepost::world::Receiver;
using gatepost::world::Reply;
using gatepost::world::Request;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
namespace json = boost::json;

constexpr const char* key_text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::vector<Record> records(std::uint64_t first, std::uint64_t last) {
  std::vector<Record> all;
  for (auto sequence = first; sequence <= last; ++sequence) {
    Record record{.id = {4017, 1763900000, sequence}, .wall = gatepost::WallTime(1763944909123456789ns)};
    record.lane = "entry";
    record.subject = "E" + std::to_string(sequence);
    record.outcome = gatepost::Outcome::grant;
    all.push_back(std::move(record));
  }
  return all;
}

std::vector<std::uint64_t> sequences_in(const Request& request) {
  std::vector<std::uint64_t> sequences;
  const auto message = json::parse(request.body);
  for (const auto& record : message.at("records").as_array())
    sequences.push_back(record.at("sequence").to_number<std::uint64_t>());
  return sequences;
}

struct Posted : testing::Test {
  Settings settings(const std::string& url) const {
    Settings settings;
    settings.url = url;
    settings.key = key_text;
    settings.connect_timeout = 2s;
    settings.timeout = 2s;
    return settings;
  }
  std::unique_ptr<gatepost::Sink> sink(const Settings& settings) const {
    auto made = Webhook::make(settings, {});
    EXPECT_TRUE(made) << to_line(made.error());
    return std::move(*made);
  }
  std::unique_ptr<gatepost::Sink> sink() const { return sink(settings(receiver.url("/records?token=s3cr3t"))); }
  Delivery deliver(gatepost::Sink& to, std::uint64_t first, std::uint64_t last) const {
    return to.deliver(records(first, last), std::stop_token());
  }

  const gatepost::world::Scratch scratch;
  mutable Receiver receiver;
};

}  // namespace
