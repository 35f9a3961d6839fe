#include "journal/encoding.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <functional>

#include "journal/personal_fields.hpp"

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
      record.attributes = *gen::arbitrary<std::map<std::string, std::string>>();
      if (*gen::arbitrary<bool>()) record.details[damaged_bytes] = *gen::arbitrary<std::string>();
      journal::commit_to_personal_fields(record, journal::draw_salt);
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
         a.attributes == b.attributes && a.commitments == b.commitments && a.previous == b.previous;
}

std::vector<std::string> personal_names(const Record& record) {
  std::vector<std::string> names;
  for (const auto& field : record.commitments) names.push_back(field.first);
  return names;
}

RC_GTEST_PROP(Encoding, gives_back_the_record_it_was_given, (const Record& record)) {
  const auto body = encode(record), personal = encode_personal(record);
  RC_ASSERT(body.size() + personal.size() <= kept_size(record));
  auto decoded = decode(body, personal);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(same(*decoded, record));
}

RC_GTEST_PROP(Encoding, has_one_form_only, (const std::vector<std::uint8_t>& noise)) {
  const auto bytes = std::as_bytes(std::span(noise));
  if (auto record = decode(bytes, {})) RC_ASSERT(std::ranges::equal(encode(*record), bytes));
}

RC_GTEST_PROP(Encoding, refuses_what_is_cut_or_longer, (const Record& record)) {
  auto body = encode(record), personal = encode_personal(record);
  const auto cut = *rc::gen::inRange<std::size_t>(0, body.size());
  RC_ASSERT(!decode(std::span(body).first(cut), personal).has_value());
  if (!personal.empty()) {
    const auto some = *rc::gen::inRange<std::size_t>(1, personal.size());
    RC_ASSERT(!decode(body, std::span(personal).first(some)).has_value());
  }
  personal.push_back(std::byte{0});
  RC_ASSERT(!decode(body, personal).has_value());
  body.push_back(std::byte{0});
  RC_ASSERT(!decode(body, {}).has_value());
}

// A changed bit is refused, or gives another Record: never the same one. In personal fields none is taken.
RC_GTEST_PROP(Encoding, no_bit_is_idle, (const Record& record)) {
  const auto body = encode(record), personal = encode_personal(record);
  const auto bit = *rc::gen::inRange<std::size_t>(0, (body.size() + personal.size()) * 8);
  auto changed_body = body, changed_personal = personal;
  auto& byte = bit / 8 < body.size() ? changed_body[bit / 8] : changed_personal[bit / 8 - body.size()];
  byte ^= static_cast<std::byte>(1U << bit % 8);
  auto decoded = decode(changed_body, changed_personal);
  RC_ASSERT((!decoded || !same(*decoded, record)));
  if (bit / 8 >= body.size()) RC_ASSERT(!decoded.has_value());
}

// The hash stays, the others stay, and nothing of the field is left in the bytes, its salt neither.
RC_GTEST_PROP(Encoding, erases_one_field_and_no_other, (Record record)) {
  const auto names = personal_names(record);
  RC_PRE(!names.empty());
  const auto name = *rc::gen::elementOf(names);
  const auto body = encode(record);
  const auto left = without_field(encode_personal(record), name);
  const auto decoded = decode(body, left);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(decoded->hash == hash_of(body));
  for (const auto& other : names) {
    RC_ASSERT(is_erased(*decoded, other) == (other == name));
    if (other != name) RC_ASSERT(personal_field(*decoded, other) == personal_field(record, other));
  }
  RC_ASSERT(std::ranges::search(left, record.commitments[name].salt).empty());
  RC_ASSERT(encode(*decoded) == body);
  RC_ASSERT(encode_personal(*decoded) == left);
}

// Who has the chain and guesses the value must not see that he is right: each salt is another one.
TEST(Encoding, commits_to_equal_values_by_unequal_hashes) {
  Record one, other;
  one.subject = other.subject = "E000101";
  commit_to_personal_fields(one, draw_salt);
  commit_to_personal_fields(other, draw_salt);
  EXPECT_NE(one.commitments.at(subject_field).hash, other.commitments.at(subject_field).hash);
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
  EXPECT_EQ(decode(bytes, {})->clock, (ClockState{ClockSource::unknown, Duration::max()}));
}

}  // namespace
