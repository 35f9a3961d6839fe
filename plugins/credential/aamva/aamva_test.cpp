#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <cstdlib>

#include <gatepost/support/text.hpp>

#include "aamva.cpp"
#include "world/vectors.hpp"
#include "world/vietnamese.hpp"

namespace {

namespace json = boost::json;
namespace support = gatepost::support;
namespace world = gatepost::world;
using testing::HasSubstr;

Result<std::optional<Credential>> parse(std::string payload, Subject subject = Subject::number) {
  auto format = gatepost_plugin.make.credential(table.values({subject}), {"licence", "/"});
  return (*format)->parse({.payload = std::move(payload)});
}

/// The word of a fault, or the number.
std::string told(std::string_view payload) {
  const auto read = aamva::read(payload);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return "refused: " + std::string(to_word(refusal->fault));
  return std::get<License>(read).number;
}

bool ours(std::string_view payload) { return std::get<Refusal>(aamva::read(payload)).ours; }

std::string four(std::size_t number) {
  const auto digits = std::to_string(number);
  return std::string(4 - digits.size(), '0') + digits;
}

/// A code of these subfiles, each with its type in front and without its last CR.
std::string code(const std::vector<std::string>& subfiles, const std::string& versions = "1001") {
  std::string header = "@\n\x1E\rANSI 636000" + versions + "0" + std::to_string(subfiles.size()), body;
  const auto begin = header.size() + 10 * subfiles.size();
  for (const auto& subfile : subfiles) {
    header += subfile.substr(0, 2) + four(begin + body.size()) + four(subfile.size() + 1);
    body += subfile + "\r";
  }
  return header + body;
}

const std::string lines =
    "DAQX00000001\nDCSTESTWORTH\nDACSAMPLE\nDADNONE\nDBD06062019\nDBB01311980\nDBA12102030\nDBC9\nDCGUSA";
const std::string good = code({"DL" + lines, "ZVZVA01"});

std::string with(const std::string& what, const std::string& instead) {
  std::string changed = lines;
  return code({"DL" + changed.replace(changed.find(what), what.size(), instead)});
}

TEST(Aamva, ReadsEachVectorAsItIsMeant) {
  const auto file = world::whole_file(world::credential_vectors() / "gs1/aamva-invented.json");
  if (file.empty()) GTEST_SKIP() << "the vectors are not beside this tree";
  const auto whole = json::parse(file);
  for (const auto& row : whole.at("vectors").as_array()) {
    const std::string name(row.at("id").as_string()), raw(row.at("raw").as_string());
    const auto parsed = parse(raw);
    EXPECT_EQ(parsed.has_value(), row.at("ok").as_bool()) << name;
    if (!row.at("ok").as_bool()) {
      EXPECT_EQ(told(raw), name == "S-bad-offset" ? "refused: subfile" : "refused: controls_lost") << name;
      continue;
    }
    ASSERT_TRUE(*parsed) << name;
    for (const auto& [element, value] : row.at("fields").as_object())
      EXPECT_EQ((*parsed)->attributes.at(element), value.as_string()) << name << " " << element;
    EXPECT_EQ((*parsed)->subject, row.at("fields").at("DAQ").as_string()) << name;
  }
}

TEST(Aamva, BecomesACredentialThatExpiresAtTheEndOfItsDay) {
  ::setenv("TZ", "EST5", 1);
  ::tzset();
  using namespace std::chrono;
  const auto parsed = parse(good);
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->valid_until, gatepost::WallTime(sys_days(2030y / 12 / 11)) + 5h - 1ns);
  EXPECT_FALSE((*parsed)->verified);
  auto words = (*parsed)->attributes;
  std::erase_if(words, [](const auto& entry) { return entry.first < "a"; });
  EXPECT_EQ(words, (std::map<std::string, std::string>{{"family_name", "TESTWORTH"},
                                                       {"first_name", "SAMPLE"},
                                                       {"birth", "1980-01-31"},
                                                       {"issued", "2019-06-06"},
                                                       {"expires", "2030-12-10"},
                                                       {"country", "USA"},
                                                       {"issuer", "636000"}}));
  EXPECT_EQ((*parsed)->attributes.at("DAD"), "NONE") << "the element as it is";
  EXPECT_EQ((*parsed)->attributes.at("ZVA"), "01");
  EXPECT_FALSE((*parse(with("12102030", "")))->valid_until);
}

TEST(Aamva, NamesAPersonByTheNumberOrWithItsIssuer) {
  EXPECT_EQ((*parse(with("X00000001", " x00000001 ")))->subject, "X00000001") << "equal means the same";
  EXPECT_EQ((*parse(good, Subject::issuer_number))->subject, "636000:X00000001");
}

TEST(Aamva, ReadsDatesAsTheCountryWritesThem) {
  const auto birth = [](const std::string& written, const std::string& country) {
    std::string changed = lines;
    changed.replace(changed.find("01311980"), 8, written);
    changed.replace(changed.find("06062019"), 8, "");
    changed.replace(changed.find("12102030"), 8, "");
    changed.replace(changed.find("DCGUSA"), 6, country);
    const auto parsed = parse(code({"DL" + changed}));
    return parsed ? (*parsed)->attributes.at("birth") : "refused";
  };
  EXPECT_EQ(birth("01311980", "DCGUSA"), "1980-01-31");
  EXPECT_EQ(birth("19800131", "DCGUSA"), "refused");
  EXPECT_EQ(birth("19800131", "DCGCAN"), "1980-01-31");
  EXPECT_EQ(birth("01311980", "DCGCAN"), "refused");
  EXPECT_EQ(birth("12311980", ""), "1980-12-31");
  EXPECT_EQ(birth("19801231", ""), "1980-12-31");
  EXPECT_EQ(birth("02301980", ""), "refused");
}

TEST(Aamva, ReadsOlderCards) {
  EXPECT_EQ(told(code({"DLDAQ1\nDABM\xDCLLER"}, "01")), "1") << "the first version has no version of the issuer";
  EXPECT_EQ((*parse(code({"IDDAQ1\nDABM\xDCLLER\nDBC2"}, "01")))->attributes.at("family_name"), "MÜLLER");
  EXPECT_EQ((*parse(code({"IDDAQ1\nDBC2"})))->attributes.at("sex"), "F");
  EXPECT_EQ((*parse(code({"IDDAQ1\nDBCM"})))->attributes.at("sex"), "M");
  std::string other = good;
  other[2] = '\x1C';
  EXPECT_EQ(told(other), "X00000001");
  other.replace(other.find("ANSI "), 5, "AAMVA");
  EXPECT_EQ(told(other), "X00000001");
}

TEST(Aamva, RefusesWhatIsNotRight) {
  EXPECT_EQ(told(good), "X00000001");
  EXPECT_EQ(told(good.substr(0, good.size() - 1)), "X00000001") << "a scanner took the last CR for the line's end";
  EXPECT_EQ(told(good.substr(0, good.size() - 2)), "refused: subfile");
  std::string short_length = code({"DLDAQ123456"});
  short_length.replace(short_length.find("0012"), 4, "0009");
  EXPECT_EQ(told(short_length), "123456") << "to its CR, whatever its length says";
  EXPECT_EQ(told(short_length.substr(0, short_length.size() - 2)), "refused: subfile");
  EXPECT_EQ(told(code({"ZVZVA01"})), "refused: subfile") << "neither licence nor card";
  EXPECT_EQ(told(code({})), "refused: header");
  EXPECT_EQ(told(code({"DL" + lines}, "1")), "refused: header");
  EXPECT_EQ(told(code({"DL" + lines}, "100")), "refused: header");
  EXPECT_EQ(told(code({"DL" + lines, "ZVZ0901\nZA9x"})), "X00000001") << "digits in a name";
  EXPECT_EQ(told(code({"DL" + lines, "ZVZ:A01"})), "refused: element");
  EXPECT_EQ(told(code({"DL" + lines, "ZVZ/A01"})), "refused: element");
  EXPECT_EQ(told(code({"DL" + lines}, "0200")), "X00000001") << "the second version has one of the issuer";
  EXPECT_EQ(told(code({"DL" + lines}, "10x1")), "refused: header");
  EXPECT_EQ(told(code({"DL" + lines}, "1x01")), "refused: header");
  std::string beyond = code({"DL" + lines, "ZVZVA01"});
  beyond.replace(beyond.find("ZV") + 2, 8, four(beyond.size() + 1) + "0000");
  EXPECT_EQ(told(beyond), "refused: subfile") << "nothing, one behind the end";
  std::string changed = good;
  EXPECT_EQ(told(changed.replace(changed.find("02DL"), 2, "0x")), "refused: header");
  changed = good;
  EXPECT_EQ(told(changed.erase(changed.find("ANSI "), 5)), "refused: header");
  changed = good;
  EXPECT_EQ(told(changed.replace(changed.find("636000"), 1, "x")), "refused: header");
  changed = good;
  EXPECT_EQ(told(changed.replace(changed.find("DL0"), 3, "DLx")), "refused: header");
  changed = good;
  EXPECT_EQ(told(changed.replace(changed.find("DL00410"), 7, "DL00400")), "refused: subfile") << "another type there";
  EXPECT_EQ(told(good + "\r\n"), "X00000001") << "a scanner ends it";
  EXPECT_EQ(told(with("DCGUSA", "D")), "refused: element");
  EXPECT_EQ(told(with("DCGUSA", "dcgUSA")), "refused: element");
  EXPECT_EQ(told(with("SAMPLE", "SAM\x1BPLE")), "refused: control_chars");
  EXPECT_EQ(told(with("DCGUSA", "DAQX00000002")), "refused: twice");
  EXPECT_EQ(told(with("DCGUSA", "DAQX00000001")), "X00000001");
  EXPECT_EQ(told(with("X00000001", "")), "refused: number");
  EXPECT_EQ(told(with("X00000001", "NONE")), "refused: number");
  EXPECT_EQ(told(with("12102030", "13102030")), "refused: date");
  EXPECT_EQ(told(with("06062019", "soon")), "refused: date");
}

TEST(Aamva, SaysWhichModeKeepsTheControlCharacters) {
  for (const char* lost : {"@ANSI 636000100102DL00410115ZV01560008DLDAQX00000001", "ANSI 6360001001", "@\nANSI "}) {
    const auto parsed = parse(lost);
    ASSERT_FALSE(parsed) << lost;
    EXPECT_THAT(to_line(parsed.error()), testing::AllOf(HasSubstr("licence: "), HasSubstr("(controls_lost)"),
                                                        HasSubstr("serial"), testing::Not(HasSubstr("X0000"))));
  }
}

TEST(Aamva, LeavesOtherFormatsAlone) {
  for (const char* other : {"", "@", "ANSI Z39.50", "@somebody", "12345678 ANSI 636000"}) {
    EXPECT_FALSE(ours(other)) << other;
    EXPECT_FALSE(parse(other).value()) << other;
  }
}

struct Person {
  std::string number, family;
  std::chrono::year_month_day birth, expires;
  bool canadian;
};

Person any_person() {
  return {"D" + *world::any_digits(8), *support::ascii_capitals(*world::any_name()), *world::any_day(),
          *world::any_day(), *rc::gen::arbitrary<bool>()};
}

std::string written(const Person& person) {
  const char* form = person.canadian ? "YMD" : "MDY";
  return code({"DLDAQ" + person.number + "\nDCS" + person.family + "\nDBB" + world::written(person.birth, form) +
                   "\nDBA" + world::written(person.expires, form) + "\nDCG" + (person.canadian ? "CAN" : "USA"),
               "ZVZVA01"});
}

TEST(Aamva, ReadsBackEveryPerson) {
  EXPECT_TRUE(rc::check("what is written is read", [] {
    const Person person = any_person();
    const auto read = aamva::read(written(person));
    const auto* license = std::get_if<License>(&read);
    RC_ASSERT(license != nullptr);
    RC_ASSERT(license->number == person.number);
    RC_ASSERT(value_of(*license, "DCS") == person.family);
    RC_ASSERT(license->birth == person.birth);
    RC_ASSERT(license->expires == person.expires);
  }));
}

TEST(Aamva, ACutScanIsNobodyElse) {
  EXPECT_TRUE(rc::check("a prefix is refused, another format's, or the same person", [] {
    const Person person = any_person();
    const auto text = written(person);
    const auto parsed = parse(text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size() + 1)));
    if (parsed && *parsed) RC_ASSERT((*parsed)->subject == person.number);
  }));
}

TEST(Aamva, AnyBytesAreReadTheSameTwice) {
  EXPECT_TRUE(rc::check("changed codes and any bytes", [] {
    auto text = *rc::gen::arbitrary<bool>() ? written(any_person())
                                            : "@\n\x1E\rANSI 636000" + *rc::gen::arbitrary<std::string>();
    text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    RC_ASSERT(told(text) == told(text));
    const auto parsed = parse(text);
    if (!parsed || !*parsed) return;
    RC_ASSERT(!(*parsed)->subject.empty());
    for (const auto& [key, value] : (*parsed)->attributes) RC_ASSERT(!support::has_controls(value));
  }));
}

}  // namespace
