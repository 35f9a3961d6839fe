#include "request.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gatepost/support/crypto.hpp>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/rfc3339.hpp>

namespace remote {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object) { return gatepost::support::printable_json(json::serialize(object)); }

// Whoever is not told apart by what is sent is told apart here all the same.
std::string key_of(const std::string& body, const std::string& subject) {
  const auto hash = gatepost::support::hmac_sha256(subject, body);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

Request request_of(const gatepost::Attempt& attempt, const std::string& told,
                   const std::vector<std::string>& attributes) {
  const auto& credential = attempt.credential;
  json::object object{{"lane", std::string(attempt.lane)},
                      {"direction", std::string(to_word(attempt.direction))},
                      {"zone", std::string(attempt.zone)},
                      {"scheme", credential.scheme},
                      {"subject", told},
                      {"verified", credential.verified}};
  json::object told_attributes;
  for (const std::string& name : attributes)
    if (const auto found = credential.attributes.find(name); found != credential.attributes.end())
      told_attributes[name] = found->second;
  object["attributes"] = std::move(told_attributes);
  Request request;
  request.key = key_of(json::serialize(object), credential.subject);
  object["time"] = attempt.wall_is_known ? json::value(gatepost::support::rfc3339(attempt.wall)) : json::value();
  request.body = text_of(object);
  return request;
}

}  // namespace remote
