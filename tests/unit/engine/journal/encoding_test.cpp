#include "journal/encoding.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <functional>

namespace rc {

using namespace gatepost;

template <>
struct Arbitrary<Record> {
  static Gen<Record> arbitrary() {
    return gen::exec([] {
      Record record;
      record.id = {*gen::arbitrary<std::uint64_t>(), *gen::arbitrary<std::uint64_t>(),
                   *gen::arbitrary<std::uint64_t>()};
      record.kind = static_cast<RecordKind>(*gen::inRange(0, 5));
      record.direction = static_cast<Direction>(*gen::inRange(0, 2));
      record.outcome = static_cast<Outcome>(*gen::inRange(0, 3));
      record.verified = *gen::arbitrary<bool>();
      record.at = MonotonicTime(Duration(*gen::arbitrary<std::int64_t>()));
      record.wall = WallTime(Duration(*gen::arbitrary<std::int64_t>()));
      record.clock.source = static_cast<ClockSource>(*gen::inRange(0, 7));
      if (record.clock.source != ClockSource::unknown)
        record.clock.bound = Duration(*gen::inRange<std::int64_t>(0, Duration::max().count()));
      record.about = *gen::arbitrary<std::uint64_t>();
      for (std::string* text : {&record.boot, &record.lane, &record.device, &record.symbology, &record.scheme,
                                &record.subject, &record.reason})
        *text = *gen::arbitrary<std::string>();
      record.details = *gen::arbitrary<std::map<std::string, std::string>>();
      for (auto& byte : record.previous) byte = static_cast<std::byte>(*gen::inRange(0, 256));
      return record;
    });
  }
};

}  // namespace rc

namespace {

using namespace gatepost;
using namespace gatepost::journal;

bool same(const Record& a, const Record& b) {
  return a.id == b.id && a.kind == b.kind && a.boot == b.boot && a.at == b.at && a.wall == b.wall &&
         a.clock == b.clock && a.lane == b.lane && a.direction == b.direction && a.device == b.device &&
         a.symbology == b.symbology && a.scheme == b.scheme && a.subject == b.subject && a.verified == b.verified &&
         a.outcome == b.outcome && a.reason == b.reason && a.about == b.about && a.details == b.details &&
         a.previous == b.previous;
}

RC_GTEST_PROP(Encoding, gives_back_the_record_it_was_given, (const Record& record)) {
  const auto bytes = encode(record);
  RC_ASSERT(bytes.size() == encoded_size(record));
  auto decoded = decode(bytes);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(same(*decoded, record));
}

RC_GTEST_PROP(Encoding, has_one_form_only, (const std::vector<std::uint8_t>& noise)) {
  const auto bytes = std::as_bytes(std::span(noise));
  if (auto record = decode(bytes)) RC_ASSERT(std::ranges::equal(encode(*record), bytes));
}

RC_GTEST_PROP(Encoding, refuses_what_is_cut_or_longer, (const Record& record)) {
  auto bytes = encode(record);
  const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size());
  RC_ASSERT(!decode(std::span(bytes).first(cut)).has_value());
  bytes.push_back(std::byte{0});
  RC_ASSERT(!decode(bytes).has_value());
}

// A changed bit is refused, or gives another Record: never the same one.
RC_GTEST_PROP(Encoding, no_bit_is_idle, (const Record& record)) {
  auto bytes = encode(record);
  const auto bit = *rc::gen::inRange<std::size_t>(0, bytes.size() * 8);
  bytes[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
  auto decoded = decode(bytes);
  RC_ASSERT((!decoded || !same(*decoded, record)));
}

TEST(Encoding, every_field_changes_the_hash) {
  const std::function<void(Record&)> changes[] = {
      [](Record& r) { r.id.site = 1; },
      [](Record& r) { r.id.epoch = 1; },
      [](Record& r) { r.id.sequence = 1; },
      [](Record& r) { r.kind = RecordKind::alarm; },
      [](Record& r) { r.boot = "b"; },
      [](Record& r) { r.at += Duration(1); },
      [](Record& r) { r.wall += Duration(1); },
      [](Record& r) {
        r.clock = {ClockSource::unset, Duration::max()};
      },
      [](Record& r) {
        r.clock = {ClockSource::network, Duration::max()};
      },
      [](Record& r) {
        r.clock = {ClockSource::network, Duration(1)};
      },
      [](Record& r) { r.lane = "l"; },
      [](Record& r) { r.direction = Direction::out; },
      [](Record& r) { r.device = "l"; },
      [](Record& r) { r.symbology = "l"; },
      [](Record& r) { r.scheme = "l"; },
      [](Record& r) { r.subject = "l"; },
      [](Record& r) { r.verified = true; },
      [](Record& r) { r.outcome = Outcome::grant; },
      [](Record& r) { r.reason = "l"; },
      [](Record& r) { r.about = 1; },
      [](Record& r) { r.details["l"] = ""; },
      [](Record& r) { r.details[""] = "l"; },
      [](Record& r) { r.previous[31] = std::byte{1}; },
  };
  std::map<Hash, int> seen{{hash_of(encode(Record{})), -1}};
  for (int i = 0; const auto& change : changes) {
    Record record;
    change(record);
    const auto [place, is_new] = seen.try_emplace(hash_of(encode(record)), i);
    EXPECT_TRUE(is_new) << "change " << i << " looks like " << place->second;
    ++i;
  }
}

std::string hex_of(const std::vector<std::byte>& bytes) {
  std::string hex;
  for (const auto byte : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[std::to_integer<std::size_t>(byte >> 4)];
    hex += digits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return hex;
}

std::string zeros(int bytes) {
  std::string hex;
  for (int i = 0; i < bytes; ++i) hex += "00";
  return hex;
}

// The examples of FORMAT.md.
TEST(Encoding, an_empty_record_is_these_bytes) {
  Record record;
  record.id = {4017, 2, 3};
  record.subject = "A";
  record.clock = {ClockSource::network, std::chrono::milliseconds(4)};
  const auto bytes = encode(record);
  ASSERT_EQ(bytes.size(), 159U);
  EXPECT_EQ(hex_of(bytes), "02" + zeros(32) + "b10f000000000000" + "0200000000000000" + "0300000000000000" +
                               "00000200" + zeros(16) + "06" + "00093d0000000000" + zeros(48) + "0100000000000000" +
                               "41" + zeros(16));
}

TEST(Encoding, a_record_of_format_1_keeps_its_bytes_and_its_hash) {
  Record record;
  record.id = {4017, 2, 3};
  record.subject = "A";
  const auto bytes = encode(record);
  ASSERT_EQ(bytes.size(), 150U);
  EXPECT_EQ(hex_of(bytes), "01" + zeros(32) + "b10f000000000000" + "0200000000000000" + "0300000000000000" +
                               "00000200" + zeros(64) + "0100000000000000" + "41" + zeros(16));
  EXPECT_EQ(decode(bytes)->clock, (ClockState{ClockSource::unknown, Duration::max()}));
}

}  // namespace
