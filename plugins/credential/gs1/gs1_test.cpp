#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "gs1.cpp"
#include "world/vectors.hpp"
#include "world/vietnamese.hpp"

namespace {

namespace json = boost::json;
namespace support = gatepost::support;
namespace world = gatepost::world;
using gs1::Ai;
using testing::HasSubstr;

Result<std::unique_ptr<gatepost::CredentialFormat>> make(const Settings& settings) {
  return gatepost_plugin.make.credential(table.values(settings), {"visitors", "/"});
}

Result<std::optional<Credential>> parse(std::string payload, const Settings& settings = {},
                                        std::string symbology = {}) {
  return (*make(settings))->parse({.payload = std::move(payload), .symbology = std::move(symbology)});
}

/// The subject, or why there is none.
std::string subject(std::string payload, const Settings& settings = {}, std::string symbology = {}) {
  const auto parsed = parse(std::move(payload), settings, std::move(symbology));
  if (!parsed) return "error: " + to_line(parsed.error());
  return *parsed ? (*parsed)->subject : "nothing";
}

/// The word of a fault, or nothing.
std::string fault(std::string_view text) {
  const auto read = gs1::read(text);
  const auto* found = std::get_if<Fault>(&read);
  return found == nullptr ? "" : std::string(to_word(*found));
}

/// `digits` and the digit that fits them.
std::string with_check_digit(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * ((digits.size() - i) % 2 == 1 ? 3 : 1);
  return digits + std::to_string((10 - sum % 10) % 10);
}

const std::string person = "8018924475771046563413";

TEST(Gs1, ReadsEachVectorAsItIsMeant) {
  const auto rows = world::json_lines(world::credential_vectors() / "gs1/gs1-elements.jsonl");
  if (rows.empty()) GTEST_SKIP() << "the vectors are not beside this tree";
  const std::map<std::string, std::string> words{{"check digit", "check_digit"},
                                                 {"AI 05 not assigned", "unknown_ai"},
                                                 {"truncated", "truncated"},
                                                 {"date", "date"}};
  for (const auto& row : rows) {
    const std::string name(row.at("id").as_string()), scan(row.at("scan").as_string());
    std::string_view text = scan;
    take_mark({.payload = scan}, text);
    const auto read = gs1::read(text);
    if (!row.at("ok").as_bool()) {
      EXPECT_EQ(fault(text), words.at(std::string(row.at("why").as_string()))) << name;
      continue;
    }
    gs1::Elements wanted;
    for (const auto& element : row.at("elements").as_array())
      wanted.emplace(element.at(0).as_string(), element.at(1).as_string());
    ASSERT_TRUE(std::holds_alternative<gs1::Elements>(read)) << name << " " << fault(text);
    EXPECT_EQ(std::get<gs1::Elements>(read), wanted) << name;
  }
}

/// Number: whether its length is predefined, and its format with those rules that are checked.
using Known = std::map<std::string, std::pair<bool, std::string>>;

void add_run(Known& known, std::string_view first, std::string_view last, bool predefined, const std::string& format) {
  for (int number = std::stoi(std::string(first)); number <= std::stoi(std::string(last)); ++number) {
    const auto digits = std::to_string(number);
    known[std::string(first.size() - digits.size(), '0') + digits] = {predefined, format};
  }
}

Known of_the_dictionary(const std::string& file) {
  const std::set<std::string_view> checked{"csum", "yymmd0", "yymmdd", "yyyymmdd", "hhmi",  "hh",
                                           "mi",   "ss",     "zero",   "nonzero",  "yesno", "iso5218"};
  Known known;
  for (auto line : support::split(file, '\n')) {
    line = line.substr(0, line.find('#'));
    std::istringstream words{std::string(line)};
    std::string numbers, word, flags, format;
    if (!(words >> numbers)) continue;
    while (words >> word) {
      const auto form = word.starts_with('[') ? word.substr(1) : word;
      if (word.find_first_not_of("*?") == std::string::npos) {
        flags = word;
      } else if (std::string_view("NXYZ").find(form[0]) != std::string_view::npos) {
        const auto parts = support::split(word, ',');
        format += (format.empty() ? "" : " ") + std::string(parts[0]);
        for (const auto rule : parts)
          if (checked.contains(rule)) format += "," + std::string(rule);
      } else {
        break;
      }
    }
    const auto ends = support::split(numbers, '-');
    add_run(known, ends.front(), ends.back(), flags.find('*') != std::string::npos, format);
  }
  return known;
}

TEST(Gs1, KnowsTheIdentifiersOfTheDictionary) {
  const auto file = world::whole_file(world::credential_vectors() / "gs1/gs1-syntax-dictionary.txt");
  if (file.empty()) GTEST_SKIP() << "the dictionary is not beside this tree";
  Known ours;
  for (const Ai& ai : gs1::all_ais()) add_run(ours, ai.first, ai.last, ai.predefined, std::string(ai.format));
  const auto theirs = of_the_dictionary(file);
  EXPECT_GT(theirs.size(), 400U);
  for (const auto& [number, form] : theirs) EXPECT_EQ(ours[number], form) << number;
  EXPECT_EQ(ours.size(), theirs.size());
}

TEST(Gs1, HasNoIdentifierThatBeginsAnother) {
  for (const Ai& ai : gs1::all_ais())
    for (std::size_t size = 1; size < ai.first.size(); ++size)
      EXPECT_EQ(gs1::find_ai(ai.first.substr(0, size)), nullptr) << ai.first;
}

TEST(Gs1, IsMarkedByItsSymbolOrByASeparatorInFront) {
  for (const char* symbol : {"]Q3", "]Q4", "]d2", "]d5", "]C1", "]e0"}) {
    EXPECT_EQ(subject(person, {}, symbol), "924475771046563413") << symbol;
    EXPECT_EQ(subject(symbol + person), "924475771046563413") << symbol;
    EXPECT_EQ(subject(symbol + person, {}, symbol), "924475771046563413") << symbol;
  }
  EXPECT_EQ(subject("\x1D" + person + "\r\n"), "924475771046563413");
  EXPECT_EQ(subject("]C1\x1D" + person), "924475771046563413");
  EXPECT_EQ(subject(person), "nothing");
  EXPECT_EQ(subject(person, {}, "]Q1"), "nothing");
}

TEST(Gs1, ReadsUnmarkedCodesWhereItIsToldTo) {
  const Settings settings{.unmarked = true};
  EXPECT_EQ(subject(person, settings), "924475771046563413");
  EXPECT_EQ(subject(person + "1", settings), "nothing") << "it claims nothing";
  EXPECT_EQ(subject("", settings), "nothing");
}

TEST(Gs1, NamesWhoeverTheFirstIdentifierSaysAndNobodyByGoods) {
  const std::string document = "2534839603062025PASS1";
  EXPECT_EQ(subject("]C1" + document), "4839603062025PASS1");
  EXPECT_EQ(subject("]C1" + document + "\x1D" + person), "924475771046563413");
  EXPECT_EQ(subject("]C1" + document + "\x1D" + person, {.subject = {"253", "8018"}}), "4839603062025PASS1");
  EXPECT_EQ(subject("]C10102914177763171"), "nothing");
  EXPECT_EQ(subject("]C10102914177763171", {.subject = {"01"}}), "02914177763171");
}

TEST(Gs1, BecomesACredentialThatIsNeverVerified) {
  const auto parsed = parse("]Q3" + person + "7250198507011722020010AB");
  ASSERT_FALSE(parsed) << "8018 is ended by no separator, and 7250 has eight digits";
  const auto good = parse("]Q3" + person + "\x1D" + "725019850701\x1D" + "1722020010AB");
  ASSERT_TRUE(good && *good);
  EXPECT_EQ((*good)->attributes,
            (std::map<std::string, std::string>{
                {"ai_8018", "924475771046563413"}, {"ai_7250", "19850701"}, {"ai_17", "220200"}, {"ai_10", "AB"}}));
  EXPECT_FALSE((*good)->verified);
  EXPECT_FALSE((*good)->valid_until) << "goods go off, people do not";
}

TEST(Gs1, ExpiresAtTheEndOfTheDayOf17WhereItIsToldTo) {
  ::setenv("TZ", "ICT-7", 1);
  ::tzset();
  using namespace std::chrono;
  const auto until = [](const std::string& date) {
    return (*parse("]Q3" + person + "\x1D" + "17" + date, {.expires = true}))->valid_until;
  };
  EXPECT_EQ(until("260228"), gatepost::WallTime(sys_days(2026y / 3 / 1)) - 7h - 1ns);
  EXPECT_EQ(until("240200"), gatepost::WallTime(sys_days(2024y / 3 / 1)) - 7h - 1ns) << "day 00 is the last";
  EXPECT_FALSE((*parse("]Q3" + person, {.expires = true}))->valid_until);
}

TEST(Gs1, RefusesWhatIsNotRight) {
  EXPECT_EQ(fault(""), "unknown_ai");
  EXPECT_EQ(fault("0"), "unknown_ai");
  EXPECT_EQ(fault("3:0123456"), "unknown_ai");
  EXPECT_EQ(fault("10"), "truncated");
  EXPECT_EQ(fault("10A"), "");
  EXPECT_EQ(fault("10A\x1D"), "") << "behind the last value";
  EXPECT_EQ(fault("10A\x1D\x1D"
                  "21B"),
            "unknown_ai");
  EXPECT_EQ(fault("10" + std::string(20, 'A')), "");
  EXPECT_EQ(fault("10" + std::string(21, 'A')), "too_long");
  EXPECT_EQ(fault("10A B"), "characters");
  for (const char* edges : {"1009AZaz", "801009AZ#/", "803009AZaz"}) EXPECT_EQ(fault(edges), "") << edges;
  for (const char* beyond : {"10@", "10[", "10`", "10{", "8010:", "8030/", "21/~"})
    EXPECT_EQ(fault(beyond), "characters") << beyond;
  EXPECT_EQ(fault("10\xC3\xA0"), "characters");
  EXPECT_EQ(fault("8010ab"), "characters") << "set 39 has no small letters";
  EXPECT_EQ(fault("8010AB-1"), "");
  EXPECT_EQ(fault("8030ab_-="), "");
  EXPECT_EQ(fault("8030a+"), "characters");
  EXPECT_EQ(fault("8018924475771046563414"), "check_digit");
  EXPECT_EQ(fault("0102914177\x1D"
                  "763171"),
            "truncated")
      << "a separator within";
  EXPECT_EQ(fault("10A\x1D"
                  "10B"),
            "twice");
  EXPECT_EQ(fault("10A\x1D"
                  "10A"),
            "");
  EXPECT_EQ(fault("7252"
                  "3"),
            "value");
  EXPECT_EQ(fault("7252"
                  "9"),
            "");
  EXPECT_EQ(fault("4321"
                  "2"),
            "value");
  EXPECT_EQ(fault("8003"
                  "1" +
                  with_check_digit("483960306202")),
            "value");
  EXPECT_EQ(fault("8003"
                  "0" +
                  with_check_digit("483960306202")),
            "");
  EXPECT_EQ(fault("8001"
                  "0000"
                  "00001"
                  "001"
                  "9"
                  "1"),
            "value");
}

TEST(Gs1, RefusesDatesAndTimesThatAreNone) {
  EXPECT_EQ(fault("17220230"), "date");
  EXPECT_EQ(fault("17220200"), "");
  EXPECT_EQ(fault("17220000"), "date");
  EXPECT_EQ(fault("7006220200"), "date") << "a day must be told here";
  EXPECT_EQ(fault("7006220201"), "");
  EXPECT_EQ(fault("725019851301"), "date");
  EXPECT_EQ(fault("70032202012360"), "date");
  EXPECT_EQ(fault("70032202012400"), "date");
  EXPECT_EQ(fault("70032202012359"), "");
  EXPECT_EQ(fault("800822020124"), "date");
  EXPECT_EQ(fault("80082202012360"), "date");
  EXPECT_EQ(fault("8008220201235960"), "date");
  EXPECT_EQ(fault("8008220201235959"), "");
}

TEST(Gs1, SaysWhatIsWrongAndNeverShowsThePayload) {
  EXPECT_THAT(
      subject("]C18018924475771046563414"),
      testing::AllOf(HasSubstr("error: visitors: "), HasSubstr("(check_digit)"), testing::Not(HasSubstr("9244"))));
}

TEST(Gs1, IsToldWhichIdentifiersThereAre) {
  for (const auto& wrong : {std::vector<std::string>{}, {"05"}, {"8018", ""}, {"801"}}) {
    const auto made = make({.subject = wrong});
    ASSERT_FALSE(made);
    EXPECT_THAT(to_line(made.error()), HasSubstr("subject: "));
  }
  EXPECT_TRUE(make({.subject = {"8018", "3105"}}));
}

std::pair<std::string, std::string> any_element() {
  const auto text = [] {
    return *rc::gen::resize(
        20, rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('A', 'z', '0', '/', '_'))));
  };
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return {"01", with_check_digit(*world::any_digits(13))};
    case 1:
      return {"17", world::written(*world::any_day(), "YMD").substr(2)};
    case 2:
      return {"253", with_check_digit(*world::any_digits(12)) + text().substr(0, 17)};
    case 3:
      return {"21", text().substr(0, 20)};
    default:
      return {"91", text()};
  }
}

std::string written(const gs1::Elements& elements) {
  std::string text;
  for (const auto& [number, value] : elements)
    text += number + value + (gs1::find_ai(number)->predefined ? "" : "\x1D");
  return text;
}

TEST(Gs1, ReadsBackAllElements) {
  EXPECT_TRUE(rc::check("what is written is read", [] {
    gs1::Elements elements{any_element(), any_element(), {"8018", with_check_digit(*world::any_digits(17))}};
    const auto read = gs1::read(written(elements));
    RC_ASSERT(std::holds_alternative<gs1::Elements>(read));
    RC_ASSERT(std::get<gs1::Elements>(read) == elements);
  }));
}

TEST(Gs1, ACutScanIsNobodyElseWhereTheNumberHasALengthOfItsOwn) {
  EXPECT_TRUE(rc::check("a prefix has the same GSRN or names nobody", [] {
    const gs1::Elements elements{any_element(), any_element(), {"8018", with_check_digit(*world::any_digits(17))}};
    const auto text = "]Q3" + written(elements);
    const auto cut = subject(text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size() + 1)), {.subject = {"8018"}});
    RC_ASSERT(cut == "nothing" || cut.starts_with("error: ") || cut == elements.at("8018"));
  }));
}

TEST(Gs1, AnyBytesAreReadTheSameTwice) {
  EXPECT_TRUE(rc::check("changed element strings and any bytes", [] {
    auto text =
        *rc::gen::arbitrary<bool>() ? written({any_element(), any_element()}) : *rc::gen::arbitrary<std::string>();
    if (!text.empty()) text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    RC_ASSERT(fault(text) == fault(text));
    const auto read = gs1::read(text);
    if (const auto* elements = std::get_if<gs1::Elements>(&read))
      for (const auto& [number, value] : *elements) RC_ASSERT(!value.empty() && support::is_ascii(value));
  }));
}

}  // namespace
