// Text ▶ value ▶ text.
#include "config/values.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "config/suggest.hpp"
#include "config/table.hpp"
#include "config/tree.hpp"
#include "config/units.hpp"
#include "texts.hpp"

namespace gatepost::config {
namespace {

using namespace std::chrono_literals;

std::string remedy_of(const auto& result) { return result ? "" : result.error().remedy; }

TEST(Duration, ReadsWhatPeopleWrite) {
  const std::pair<std::string_view, Duration> written[] = {
      {"80ms", 80ms}, {"2s", 2s},           {"1h30min", 90min}, {"1.5s", 1500ms}, {"0.25h", 15min},
      {"21d", 504h},  {"7us", 7us},         {"0s", 0s},         {"5ns", 5ns},     {"1d2h3min4s5ms", 93784005ms},
      {"1.0ns", 1ns}, {"0.000000001s", 1ns}};
  for (const auto& [text, duration] : written) {
    const auto read = parse_duration(text);
    ASSERT_TRUE(read) << text << ": " << read.error().what;
    EXPECT_EQ(*read, duration) << text;
  }
}

TEST(Duration, RefusesWhatIsUnclear) {
  EXPECT_EQ(remedy_of(parse_duration("80")), "write 80ms or 80s");
  EXPECT_EQ(remedy_of(parse_duration("1h30")), "write 1h30ms or 1h30s");
  EXPECT_EQ(remedy_of(parse_duration("5m")), "write min for minutes, or ms for milliseconds");
  EXPECT_EQ(remedy_of(parse_duration("5S")), "write s");
  EXPECT_EQ(remedy_of(parse_duration("5µs")), "write us");
  EXPECT_EQ(remedy_of(parse_duration("2days")), "write d");
  for (const std::string_view text : {"", "-1s", "s", ".5s", "1..5s", "1s ", " 1s", "0.5ns", "300000d", "1e3s", "1,5s",
                                      "99999999999999999999999s", "106751d24h", "1s-1s", "+1s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Size, ReadsWhatPeopleWrite) {
  const std::pair<std::string_view, std::uint64_t> written[] = {{"512B", 512}, {"10kB", 10'000}, {"64MiB", 64U << 20},
                                                                {"1.5KB", 0},  {"2.5kB", 2500},  {"1GiB", 1U << 30}};
  for (const auto& [text, bytes] : written)
    EXPECT_EQ(parse_size(text).has_value() ? parse_size(text)->bytes : 0, bytes) << text;
  EXPECT_EQ(remedy_of(parse_size("64")), "write 64kB or 64MiB");
  EXPECT_EQ(remedy_of(parse_size("64mb")), "write MB");
  EXPECT_FALSE(parse_size("99999999TiB"));
}

TEST(Units, PrintTheLargestThatNeedsNoFraction) {
  EXPECT_EQ(to_text(10s), "10s");
  EXPECT_EQ(to_text(90min), "90min");
  EXPECT_EQ(to_text(1500ms), "1500ms");
  EXPECT_EQ(to_text(2160h), "90d");
  EXPECT_EQ(to_text(Duration(0)), "0s");
  EXPECT_EQ(to_text(ByteSize{64U << 20}), "64MiB");
  EXPECT_EQ(to_text(ByteSize{10'000}), "10kB");
  EXPECT_EQ(parse_size("1.5GiB").value(), ByteSize{3ULL << 29});
  EXPECT_EQ(parse_size("0.25KiB").value(), ByteSize{256});
  EXPECT_FALSE(parse_size("0.3KiB"));
  EXPECT_EQ(to_text(ByteSize{0}), "0B");
}

RC_GTEST_PROP(Units, AreReadBackExactly, ()) {
  const Duration duration(*rc::gen::inRange<std::int64_t>(0, std::numeric_limits<std::int64_t>::max()) /
                          *rc::gen::element<std::int64_t>(1, 1000, 1'000'000'000) * 1);
  RC_ASSERT(parse_duration(to_text(duration)).value() == duration);
  const ByteSize size{*rc::gen::inRange<std::uint64_t>(0, 1ULL << 62) >> *rc::gen::inRange(0, 60)};
  RC_ASSERT(parse_size(to_text(size)).value() == size);
}

RC_GTEST_PROP(Units, NeverTakeWhatTheyCannotSay, (const std::string& text)) {
  if (const auto duration = parse_duration(text)) RC_ASSERT(parse_duration(to_text(*duration)).value() == *duration);
  if (const auto size = parse_size(text)) RC_ASSERT(parse_size(to_text(*size)).value() == *size);
}

// What is read from a file of one key with the printed value.
std::optional<Value> read_back(const Value& value) {
  const Source source("x.yaml", "key: " + to_yaml(value) + "\n");
  Diagnostics diagnostics;
  std::size_t nodes = 0;
  const auto root = parse_tree(source, 0, nodes, diagnostics);
  if (!root || root->find("key") == nullptr) return {};
  return read_value(root->find("key")->value, {"key", "", value, false, false, {}, {}, {}}, "/site", diagnostics);
}

RC_GTEST_PROP(Values, AreReadBackAsTheyWerePrinted, ()) {
  const Value values[] = {*rc::gen::arbitrary<bool>(),
                          *rc::gen::arbitrary<std::int64_t>(),
                          *texts::any_text(),
                          Duration(*rc::gen::inRange<std::int64_t>(0, 1LL << 62)),
                          ByteSize{*rc::gen::inRange<std::uint64_t>(0, 1ULL << 62)},
                          *rc::gen::container<std::vector<std::string>>(texts::any_text())};
  for (const auto& value : values) {
    const auto back = read_back(value);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == value);
  }
}

TEST(Values, NumbersWithAFractionAreReadBack) {
  for (const double number : {0.1, -2.5, 1e-300, 1e300, 0.0, 3.0, 1.0 / 3.0})
    EXPECT_EQ(read_back(Value(number)), Value(number)) << number;
}

TEST(Values, WordsThatYamlCouldMistakeAreText) {
  for (const std::string word : {"null", "~", "true", "no", "0x10", "1e3", "",    " ", "-", "- a",
                                 "a: b", "#", "*a",   "&a", "!a",   "---", "...", "@", "`", "%"})
    EXPECT_EQ(read_back(Value(word)), Value(word)) << word;
}

TEST(Values, PathsAreTakenFromTheSiteFilesFolder) {
  Diagnostics diagnostics;
  const FieldInfo info{"file", "", std::filesystem::path(), false, false, {}, {}, {}};
  const auto read = [&](std::string text) {
    return read_value({NodeKind::scalar, {}, std::move(text)}, info, "/gates/north", diagnostics);
  };
  EXPECT_EQ(read("data/a.db"), Value(std::filesystem::path("/gates/north/data/a.db")));
  EXPECT_EQ(read("../a.db"), Value(std::filesystem::path("/gates/a.db")));
  EXPECT_EQ(read("/var/a.db"), Value(std::filesystem::path("/var/a.db")));
  EXPECT_EQ(read(""), Value(std::filesystem::path()));
  EXPECT_FALSE(read(std::string("a\0b", 3)));
  EXPECT_FALSE(read(std::string(5000, 'a')));
}

TEST(Near, FindsWhatWasMeant) {
  const std::vector<std::string_view> words{"terminator", "idle", "length", "journal"};
  EXPECT_EQ(nearest("terminater", words), "terminator");
  EXPECT_EQ(nearest("dile", words), "idle");
  EXPECT_EQ(nearest("Journal", words), "journal");
  EXPECT_EQ(nearest("term", words), "terminator");
  EXPECT_EQ(nearest("xyz", words), "");
  EXPECT_EQ(nearest("", words), "");
  EXPECT_EQ(nearest(std::string(100'000, 'a'), words), "");
}

TEST(Table, IsMarkdownTextAndJson) {
  const std::vector<FieldInfo> fields{{"device", "its address", std::string(), true, false, {}, {}, {}},
                                      {"idle", "a|b", Duration(50ms), false, false, Duration(1ms), Duration(10s), {}},
                                      {"pin", "a number", std::string("1234"), false, true, {}, {}, {}},
                                      {"mode", "how", std::string("in"), false, false, {}, {}, {"in", "out"}}};
  EXPECT_EQ(markdown_table(fields),
            "| setting | value | default | meaning |\n"
            "|---|---|---|---|\n"
            "| `device` | text | required | its address |\n"
            "| `idle` | length of time, 1ms to 10s | `50ms` | a\\|b |\n"
            "| `pin` | text | none | a number (secret: never shown) |\n"
            "| `mode` | in or out | `in` | how |\n");
  EXPECT_EQ(plain_table(fields),
            "SETTING  VALUE                       DEFAULT   MEANING\n"
            "device   text                        required  its address\n"
            "idle     length of time, 1ms to 10s  50ms      a|b\n"
            "pin      text                        none      a number (secret: never shown)\n"
            "mode     in or out                   in        how\n");
  EXPECT_EQ(to_json(fields[2]).contains("default"), false);
  EXPECT_EQ(to_json(fields[1]).at("max"), "10s");
}

}  // namespace
}  // namespace gatepost::config
