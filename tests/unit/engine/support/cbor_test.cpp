#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <gatepost/bytes_text.hpp>
#include <gatepost/support/cbor.hpp>

#include <limits>

namespace gatepost::support::cbor {
namespace {

std::string bytes_of(std::string_view hex) { return from_hex(hex, hex.size()).value_or(std::string()); }

std::string four_digits(std::size_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[(number >> static_cast<unsigned>(shift)) & 15U];
  return text;
}

std::string wrong(std::string_view hex) {
  const auto value = read(bytes_of(hex));
  return value ? "taken" : value.error().what;
}

void write(Writer& to, const Value& value) {
  if (const auto* number = value.as<std::int64_t>()) to.integer(*number);
  if (const auto* bytes = value.as<Bytes>()) to.bytes(bytes->data);
  if (const auto* text = value.as<std::string>()) to.text(*text);
  if (const auto* tagged = value.as<Tagged>()) {
    to.tag(tagged->tag);
    write(to, tagged->content.front());
  }
  if (const auto* array = value.as<Array>()) {
    to.array(array->size());
    for (const auto& item : *array) write(to, item);
  }
  if (const auto* map = value.as<Map>()) {
    to.map(map->size());
    for (const auto& [key, item] : *map) {
      write(to, key);
      write(to, item);
    }
  }
}

std::string written(const Value& value) {
  Writer to;
  write(to, value);
  return to.take();
}

Value drawn(int depth) {
  switch (*rc::gen::inRange(0, depth == 0 ? 3 : 6)) {
    case 0:
      return {*rc::gen::arbitrary<std::int64_t>()};
    case 1:
      return {Bytes{*rc::gen::arbitrary<std::string>()}};
    case 2:
      return {*rc::gen::arbitrary<std::string>()};
    case 3:
      return {Tagged{*rc::gen::arbitrary<std::uint64_t>(), {drawn(depth - 1)}}};
    case 4: {
      Array array(*rc::gen::inRange<std::size_t>(0, 4));
      for (auto& item : array) item = drawn(depth - 1);
      return {array};
    }
    default: {
      Map map;
      for (auto count = *rc::gen::inRange<std::int64_t>(0, 4); count > 0; --count)
        map.push_back({{count}, drawn(depth - 1)});
      return {map};
    }
  }
}

RC_GTEST_PROP(Cbor, GivesBackWhatWasWritten, ()) {
  const Value value = drawn(4);
  const auto back = read(written(value));
  RC_ASSERT(back.has_value());
  RC_ASSERT((*back == value));
}

RC_GTEST_PROP(Cbor, TakesNoPartAndNothingMore, ()) {
  const std::string whole = written(drawn(3));
  const auto cut = *rc::gen::inRange<std::size_t>(0, whole.size());
  RC_ASSERT_FALSE(read(std::string_view(whole).substr(0, cut)).has_value());
  RC_ASSERT_FALSE(read(whole + *rc::gen::nonEmpty<std::string>()).has_value());
}

RC_GTEST_PROP(Cbor, SurvivesAnyBytes, (const std::string& bytes)) { static_cast<void>(read(bytes)); }

TEST(Cbor, ReadsWhatOthersWrite) {
  EXPECT_EQ(read(bytes_of("1bFFFFFFFFFFFFFFFF")).has_value(), false) << "no whole number of 64 bits with a sign";
  EXPECT_EQ(read(bytes_of("1b7FFFFFFFFFFFFFFF"))->is, Value{std::numeric_limits<std::int64_t>::max()}.is);
  EXPECT_EQ(read(bytes_of("3b7FFFFFFFFFFFFFFF"))->is, Value{std::numeric_limits<std::int64_t>::min()}.is);
  EXPECT_EQ(read(bytes_of("fb3ff199999999999a"))->is, Value{1.1}.is);
  EXPECT_EQ(read(bytes_of("f5"))->is, Value{true}.is);
  EXPECT_EQ(read(bytes_of("f6"))->is, Value{}.is);
  EXPECT_EQ(*read(bytes_of("7f657374726561646d696e67ff")), Value{std::string("streaming")}) << "in two parts";
  EXPECT_EQ(*read(bytes_of("5f42010243030405ff")), Value{Bytes{bytes_of("0102030405")}});
  const auto open = read(bytes_of("bf6346756ef563416d7421ff"));
  ASSERT_TRUE(open);
  ASSERT_NE(open->find("Amt"), nullptr);
  EXPECT_EQ(*open->find("Amt"), Value{std::int64_t{-2}});
  EXPECT_EQ(open->find("amt"), nullptr);
  EXPECT_EQ(read(bytes_of("9f018202039f0405ffff"))->as<Array>()->size(), 3U);
}

TEST(Cbor, HoldsItsBounds) {
  std::string deep, most;
  for (std::size_t i = 0; i < deepest; ++i) deep += "81";
  EXPECT_EQ(wrong(deep + "00"), "taken");
  EXPECT_EQ(wrong("81" + deep + "00"), "it is too deep");
  for (int i = 0; i < 3000; ++i) most += "81";
  EXPECT_EQ(wrong(most + "00"), "it is too deep");
  EXPECT_EQ(wrong("5b7FFFFFFFFFFFFFFF00"), "it ends too early") << "what it declares costs nothing";
  EXPECT_EQ(wrong("9b00000000FFFFFFFF00"), "it has too many items");
  EXPECT_EQ(wrong("bb00000000FFFFFFFF0000"), "a map has too many entries");
  EXPECT_EQ(wrong("bb80000000000000000000"), "a map has too many entries") << "twice as many would be none";
  std::string items = "9f", entries = "bf";
  for (std::size_t i = 0; i < most_items; ++i) items += "00";
  EXPECT_EQ(wrong(items + "ff"), "it has too many items");
  for (std::size_t i = 0; i <= most_map_entries; ++i) entries += "19" + four_digits(i) + "00";
  EXPECT_EQ(wrong(entries + "ff"), "a map has too many entries");
  EXPECT_FALSE(read(std::string(most_bytes + 1, '\0')));
}

TEST(Cbor, RefusesWhatIsNotRight) {
  EXPECT_EQ(wrong(""), "it ends too early");
  EXPECT_EQ(wrong("a201020103"), "a key stands in a map twice");
  EXPECT_EQ(wrong("0000"), "something follows it");
  EXPECT_EQ(wrong("ff"), "a break stands where none belongs");
  EXPECT_EQ(wrong("8201ff"), "a break stands where none belongs");
  EXPECT_EQ(wrong("bf01ff"), "a key has no value");
  EXPECT_EQ(wrong("5f01ff"), "a string holds what is none");
  EXPECT_EQ(wrong("5f6161ff"), "a string holds what is none");
  EXPECT_EQ(wrong("5f8101ff"), "a string holds what is none");
  EXPECT_EQ(wrong("1c"), "it has what is no CBOR");
}

}  // namespace
}  // namespace gatepost::support::cbor
