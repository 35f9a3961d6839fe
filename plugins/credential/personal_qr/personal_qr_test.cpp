#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "personal_qr.cpp"
#include "world/vectors.hpp"
#include "world/vietnamese.hpp"

namespace {

namespace json = boost::json;
namespace support = gatepost::support;
namespace world = gatepost::world;
using testing::HasSubstr;

Result<std::optional<Credential>> parse(std::string payload, Subject subject = Subject::document) {
  auto format = gatepost_plugin.make.credential(table.values({subject}), {"national", "/"});
  return (*format)->parse({.payload = std::move(payload)});
}

std::string subject(std::string payload, Subject by) {
  const auto parsed = parse(std::move(payload), by);
  return parsed && *parsed ? (*parsed)->subject : "nobody";
}

/// What a test compares: the word of a fault, or the warnings.
std::string told(std::string_view payload) {
  const auto read = personal_qr::read(payload);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return "refused: " + std::string(to_word(refusal->fault));
  return support::words_of(std::get<Person>(read).warnings);
}

const std::string good = "035181000000|DO QUYNH Y|1981-07-05|0|163000000000002992|<2<GD4350000000000<0900000294";

std::string with(const std::string& what, const std::string& instead) {
  std::string changed = good;
  return changed.replace(changed.find(what), what.size(), instead);
}

std::string text_of(const json::value& value) {
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  return value.is_string() ? std::string(value.as_string()) : "";
}

void expect_person(const Credential& credential, const json::object& expect, const std::string& name) {
  const std::map<std::string, std::string> attribute_of{{"id", "document"}, {"name_ascii_upper", "name"},
                                                        {"dob", "birth"},   {"declared_by_other", "declared_by_other"},
                                                        {"qid", "qid"},     {"declarer_qid", "declarer_qid"},
                                                        {"sex", "sex"},     {"bhyt", "health_insurance"},
                                                        {"phone", "phone"}};
  for (const auto& [key, value] : expect) {
    const auto named = attribute_of.find(std::string(key));
    if (named == attribute_of.end()) continue;
    const auto found = credential.attributes.find(named->second);
    EXPECT_EQ(found == credential.attributes.end() ? "" : found->second, text_of(value)) << name << " " << key;
  }
  // S-047 has the last field of S-046, and leaves out that it has a part more.
  std::string warnings = name.starts_with("S-047") ? "ext_extra" : "";
  for (const auto& warning : expect.at("warnings").as_array())
    warnings += (warnings.empty() ? "" : " ") + text_of(warning);
  const auto found = credential.attributes.find("warnings");
  EXPECT_EQ(found == credential.attributes.end() ? "" : found->second, warnings) << name;
}

TEST(PersonalQr, ReadsEachVectorAsItIsMeant) {
  const auto rows = world::json_lines(world::credential_vectors() / "vn/vn-qr.jsonl");
  if (rows.empty()) GTEST_SKIP() << "the vectors are not beside this tree";
  std::size_t people = 0;
  for (const auto& row : rows) {
    const auto name = text_of(row.at("id"));
    const auto& expect = row.at("expect").as_object();
    const auto payload = world::from_base64(text_of(row.at("raw_b64")));
    const auto parsed = parse(payload);
    if (!text_of(row.at("kind")).starts_with("qrqg")) {
      ASSERT_TRUE(parsed) << name;
      EXPECT_FALSE(*parsed) << name;
      continue;
    }
    ++people;
    if (text_of(expect.at("parse")) == "OK") {
      ASSERT_TRUE(parsed && *parsed) << name;
      expect_person(**parsed, expect, name);
    } else {
      EXPECT_FALSE(parsed) << name;
      EXPECT_EQ(told(payload), "refused: " + text_of(expect.at("reasons").at(0))) << name;
    }
  }
  EXPECT_EQ(people, 11U);
}

TEST(PersonalQr, NamesAPersonByTheNumberOrByTheQid) {
  EXPECT_EQ(subject(good, Subject::document), "035181000000");
  EXPECT_EQ(subject(good, Subject::qid), "163000000000002992");
  EXPECT_EQ(subject(with("035181000000", "c1044883"), Subject::document), "C1044883") << "equal means the same";
}

TEST(PersonalQr, ANumberThatIsHiddenInPartNamesNobodyAndTheQidDoes) {
  const auto hidden = with("035181", "******");
  EXPECT_EQ(subject(hidden, Subject::document), "qid:163000000000002992");
  EXPECT_EQ(subject(hidden, Subject::qid), "163000000000002992");
  EXPECT_EQ(told(hidden), "masked");
  EXPECT_EQ(told(with("1981-07-05", "1981-**-**")), "masked");
  EXPECT_EQ(subject(with("1981-07-05", "1981-**-**"), Subject::document), "035181000000");
}

TEST(PersonalQr, IsNeverVerified) {
  const auto parsed = parse(good);
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_FALSE((*parsed)->verified);
  EXPECT_FALSE((*parsed)->attributes.contains("warnings"));
}

TEST(PersonalQr, RefusesEachFieldThatIsNotRight) {
  EXPECT_EQ(told(good), "");
  EXPECT_EQ(told("\xEF\xBB\xBF" + good + "\r\n"), "bom");
  EXPECT_EQ(told(with("0900", "0900\x01")), "refused: control_chars");
  EXPECT_EQ(told(with("QUYNH", "QU\xFFNH")), "refused: encoding");
  EXPECT_EQ(told(good + "|"), "refused: field_count");
  EXPECT_EQ(told(with("035181000000", "03518")), "refused: id_format");
  EXPECT_EQ(told(with("035181000000", "035181000000000000000")), "refused: id_format");
  EXPECT_EQ(told(with("035181000000", "035181-00000")), "refused: id_format");
  for (const char* number : {"035181", "C1044883", "A0Z9az*", "03518100000000000000"})
    EXPECT_TRUE(std::holds_alternative<Person>(personal_qr::read(with("035181000000", number)))) << number;
  EXPECT_EQ(told(with("163000000000002992", std::string(32, '1'))), "");
  EXPECT_EQ(told(with("<2<", std::string(32, '1') + "<2<")), "");
  EXPECT_EQ(told(with("0900000294", std::string(20, '1'))), "");
  EXPECT_EQ(told(with("GD4350000000000", "GD435000000000000000")), "");
  EXPECT_EQ(told(with("QUYNH", std::string(96, 'A'))), "refused: length");
  EXPECT_EQ(told(with("QUYNH", std::string(95, 'A'))), "");
  EXPECT_EQ(told(with("QUYNH", "=1+1")), "refused: name_chars");
  EXPECT_EQ(told(with("1981-07-05", "1981-02-30")), "refused: dob");
  EXPECT_EQ(told(with("1981-07-05", "1881-07-05")), "refused: dob");
  EXPECT_EQ(told(with("1981-07-05", "1981-**-05")), "refused: dob");
  EXPECT_EQ(told(with("1981-07-05", "****-**-**")), "refused: dob");
  for (const char* birth : {"", "1981", "1981-07-055", "1981.07.05", "1981/07-05", "1981-07/05", "05/07/1981"})
    EXPECT_EQ(told(with("1981-07-05", birth)), "refused: dob") << birth;
  EXPECT_EQ(told(with("|0|", "|2|")), "refused: declaration_type");
  EXPECT_EQ(told(with("163000000000002992", "")), "refused: qid");
  EXPECT_EQ(told(with("163000000000002992", "16300000000000299X")), "refused: qid");
  EXPECT_EQ(told(with("163000000000002992", std::string(33, '1'))), "refused: qid");
}

TEST(PersonalQr, RefusesALastFieldThatIsNotRight) {
  EXPECT_EQ(told(with("<2<GD4350000000000<0900000294", "")), "") << "it says nothing more";
  EXPECT_EQ(told(with("<0900000294", "")), "refused: ext");
  EXPECT_EQ(told(with("<2<", "<3<")), "refused: ext");
  EXPECT_EQ(told(with("<2<", "<12<")), "refused: ext");
  EXPECT_EQ(told(with("<2<", "x<2<")), "refused: ext");
  EXPECT_EQ(told(with("<2<", std::string(33, '1') + "<2<")), "refused: ext");
  EXPECT_EQ(told(with("0900000294", "+84900000294")), "");
  EXPECT_EQ(told(with("0900000294", "+")), "refused: ext");
  EXPECT_EQ(told(with("0900000294", "09000002-4")), "refused: ext");
  EXPECT_EQ(told(with("0900000294", std::string(21, '1'))), "refused: ext");
  EXPECT_EQ(told(with("GD435", "GD-35")), "refused: ext");
  EXPECT_EQ(told(with("GD435", "GD43500000000")), "refused: ext");
}

TEST(PersonalQr, SaysWhatIsWrongAndNeverShowsThePayload) {
  const auto parsed = parse(with("1981-07-05", "1981-02-30"));
  ASSERT_FALSE(parsed);
  EXPECT_THAT(to_line(parsed.error()),
              testing::AllOf(HasSubstr("national: "), HasSubstr("(dob)"), testing::Not(HasSubstr("1981")),
                             testing::Not(HasSubstr("0351")), testing::Not(HasSubstr("QUYNH"))));
}

TEST(PersonalQr, LeavesOtherFormatsAlone) {
  for (const char* other : {"", "|||||", "A|B|C|D|E|F", "035181000000|DO|1981-07-05", "035181000000|DO|1981-07-05|x|1|",
                            "035181000000|DO|19810705|0|1|", "https://qr.tokhaiyte.vn/x"}) {
    const auto parsed = parse(other);
    ASSERT_TRUE(parsed) << other;
    EXPECT_FALSE(*parsed) << other;
  }
  EXPECT_FALSE(parse("035181000000|DO|1981-07-05|0"));
}

Person any_person() {
  Person person;
  person.document = *world::any_digits(*rc::gen::element<std::size_t>(9, 12));
  person.name = *support::ascii_capitals(*world::any_name());
  person.birth = world::written(*world::any_day(), "Y-M-D");
  person.declared_by_other = *rc::gen::arbitrary<bool>();
  person.qid = *world::any_digits(18);
  if (person.declared_by_other) person.declarer_qid = *world::any_digits(18);
  person.sex = *rc::gen::element<std::string>("M", "F", "");
  person.phone = *rc::gen::element<std::string>("0900000001", "");
  return person;
}

std::string written(const Person& person) {
  return person.document + "|" + person.name + "|" + person.birth + "|" + (person.declared_by_other ? "1" : "0") + "|" +
         person.qid + "|" + person.declarer_qid + "<" +
         (person.sex == "M"   ? "1"
          : person.sex == "F" ? "2"
                              : "0") +
         "<" + person.health_insurance + "<" + person.phone;
}

TEST(PersonalQr, ReadsBackEveryPerson) {
  EXPECT_TRUE(rc::check("what is written is read", [] {
    const Person person = any_person();
    const auto read = personal_qr::read(written(person));
    const auto* found = std::get_if<Person>(&read);
    RC_ASSERT(found != nullptr);
    RC_ASSERT(attributes_of(*found) == attributes_of(person));
  }));
}

TEST(PersonalQr, ACutScanIsNobodyElse) {
  EXPECT_TRUE(rc::check("a prefix is refused, another format's, or the same person", [] {
    const Person person = any_person();
    const auto text = written(person);
    const auto cut = text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size() + 1));
    for (const auto by : {Subject::document, Subject::qid})
      RC_ASSERT(subject(cut, by) == "nobody" || subject(cut, by) == subject_of(person, by));
  }));
}

TEST(PersonalQr, AnyBytesAreReadTheSameTwice) {
  EXPECT_TRUE(rc::check("changed records and any bytes", [] {
    auto text = *rc::gen::arbitrary<bool>() ? written(any_person()) : *rc::gen::arbitrary<std::string>();
    if (!text.empty()) text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    RC_ASSERT(told(text) == told(text));
    const auto parsed = parse(text);
    if (!parsed || !*parsed) return;
    RC_ASSERT(!(*parsed)->subject.empty());
    for (const auto& [key, value] : (*parsed)->attributes) RC_ASSERT(!support::has_controls(value));
  }));
}

}  // namespace
