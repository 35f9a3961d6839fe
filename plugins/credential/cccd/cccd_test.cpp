#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <algorithm>

#include <gatepost/support/text.hpp>

#include "cccd.cpp"
#include "provinces.hpp"
#include "world/vectors.hpp"
#include "world/vietnamese.hpp"

namespace {

namespace json = boost::json;
namespace world = gatepost::world;
using cccd::Card;
using cccd::Refusal;
using testing::HasSubstr;

Result<std::optional<Credential>> parse(std::string payload) {
  auto format = gatepost_plugin.make.credential({}, {"id_card", "/"});
  return (*format)->parse({.payload = std::move(payload)});
}

/// What a test compares: the word of a fault, or the warnings.
std::string told(std::string_view payload) {
  const auto read = cccd::read(payload);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return "refused: " + std::string(to_word(refusal->fault));
  return gatepost::support::words_of(std::get<Card>(read).warnings);
}

std::string record(const std::string& id, const std::string& old_id, const std::string& name, const std::string& birth,
                   const std::string& sex, const std::string& address, const std::string& issued) {
  return id + "|" + old_id + "|" + name + "|" + birth + "|" + sex + "|" + address + "|" + issued;
}

const std::string good = record("001185000000", "", "Đỗ Thị Mẫu", "17061985", "Nữ", "Khóm Mẫu 2", "23072021");

std::string with(const std::string& what, const std::string& instead) {
  std::string changed = good;
  return changed.replace(changed.find(what), what.size(), instead);
}

std::string text_of(const json::value& value) { return value.is_string() ? std::string(value.as_string()) : ""; }

bool is_of_an_identity_card(const std::string& kind) {
  return !kind.starts_with("qrqg") && !kind.starts_with("bhyt") && kind != "not-a-person";
}

void expect_card(const Card& card, const json::object& expect, const std::string& name) {
  EXPECT_EQ(card.id, text_of(expect.at("id"))) << name;
  EXPECT_EQ(card.old_id, text_of(expect.at("old_id"))) << name;
  EXPECT_EQ(card.name, text_of(expect.at("name_nfc"))) << name;
  EXPECT_EQ(card.name_ascii, text_of(expect.at("name_ascii_upper"))) << name;
  EXPECT_EQ(card.birth, text_of(expect.at("dob"))) << name;
  EXPECT_EQ(card.sex, text_of(expect.at("sex"))) << name;
  EXPECT_EQ(card.address, text_of(expect.at("address_nfc"))) << name;
  EXPECT_EQ(card.issued, text_of(expect.at("issued"))) << name;
  std::vector<std::string> warned, wanted;
  for (const auto warning : card.warnings) warned.emplace_back(to_word(warning));
  for (const auto& warning : expect.at("warnings").as_array()) wanted.push_back(text_of(warning));
  EXPECT_THAT(warned, testing::UnorderedElementsAreArray(wanted)) << name;
}

TEST(Cccd, ReadsEachVectorAsItIsMeant) {
  const auto rows = world::json_lines(world::credential_vectors() / "vn/vn-qr.jsonl");
  if (rows.empty()) GTEST_SKIP() << "the vectors are not beside this tree";
  std::size_t cards = 0;
  for (const auto& row : rows) {
    const auto name = text_of(row.at("id"));
    const auto& expect = row.at("expect").as_object();
    const auto read = cccd::read(world::from_base64(text_of(row.at("raw_b64"))));
    const auto* refusal = std::get_if<Refusal>(&read);
    if (!is_of_an_identity_card(text_of(row.at("kind")))) {
      ASSERT_TRUE(refusal) << name;
      EXPECT_FALSE(refusal->ours) << name;
      continue;
    }
    ++cards;
    ASSERT_EQ(refusal == nullptr, text_of(expect.at("parse")) == "OK") << name;
    if (!refusal) {
      expect_card(std::get<Card>(read), expect, name);
    } else {
      EXPECT_EQ(to_word(refusal->fault), text_of(expect.at("reasons").at(0))) << name;
      EXPECT_EQ(refusal->ours, text_of(row.at("kind")) != "wedge-pipe-layout") << name;
    }
  }
  EXPECT_EQ(cards, 39U);
}

TEST(Cccd, KnowsTheProvincesOfTheCircular) {
  const auto file = world::whole_file(world::credential_vectors() / "vn/province-codes.csv");
  if (file.empty()) GTEST_SKIP() << "the list is not beside this tree";
  std::vector<int> codes;
  for (const auto line : gatepost::support::split(file, '\n'))
    if (gatepost::support::is_digits(line)) codes.push_back(std::stoi(std::string(line)));
  EXPECT_THAT(codes, testing::ElementsAreArray(cccd::provinces));
}

TEST(Cccd, BecomesACredentialThatIsNeverVerified) {
  const auto parsed = parse("\xEF\xBB\xBF" + with("||", "|012345678|") + "|\r\n");
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->subject, "001185000000");
  EXPECT_EQ((*parsed)->attributes, (std::map<std::string, std::string>{{"name", "Đỗ Thị Mẫu"},
                                                                       {"name_ascii", "DO THI MAU"},
                                                                       {"old_id", "012345678"},
                                                                       {"birth", "1985-06-17"},
                                                                       {"sex", "F"},
                                                                       {"address", "Khóm Mẫu 2"},
                                                                       {"issued", "2021-07-23"},
                                                                       {"warnings", "bom extra_fields"}}));
  EXPECT_FALSE((*parsed)->verified);
  EXPECT_EQ((*parse(with("Đỗ Thị Mẫu", " Đỗ Thị Mẫu  ")))->attributes.at("name"), "Đỗ Thị Mẫu");
  EXPECT_EQ((*parse(with("Khóm Mẫu 2", " Khóm Mẫu 2 ")))->attributes.at("address"), "Khóm Mẫu 2");
  EXPECT_TRUE((*parsed)->refused.empty());
}

TEST(Cccd, SaysWhatIsWrongAndNeverShowsThePayload) {
  const auto parsed = parse(with("17061985", "31061985"));
  ASSERT_FALSE(parsed);
  EXPECT_THAT(to_line(parsed.error()),
              testing::AllOf(HasSubstr("id_card: "), HasSubstr("(dob)"), testing::Not(HasSubstr("1985")),
                             testing::Not(HasSubstr("0011")), testing::Not(HasSubstr("Mẫu"))));
}

TEST(Cccd, RefusesEachFieldThatIsNotRight) {
  EXPECT_EQ(told(good), "");
  EXPECT_EQ(told(with("||", "|12345678|")), "refused: old_id");
  EXPECT_EQ(told(with("|23072021", "|23132021")), "refused: issued");
  EXPECT_EQ(told(with("|23072021", "|")), "refused: issued");
  EXPECT_EQ(told(with("17061985", "00061985")), "refused: dob");
  EXPECT_EQ(told(with("17061985", "17061899")), "refused: dob");
  EXPECT_EQ(told(with("17061985", "00000000")), "refused: dob");
  for (const char* birth : {"", "170", "1706198", "170619855", "0000198x", "00001985 "})
    EXPECT_EQ(told(with("17061985", birth)), "refused: dob") << birth;
  EXPECT_EQ(told(with("Nữ", "N")), "refused: encoding");
  EXPECT_EQ(told(with("Nữ", "N?")), "refused: encoding");
  EXPECT_EQ(told(with("Nữ", "")), "refused: sex");
  EXPECT_EQ(told(with("Khóm", "Kh?m")), "refused: encoding");
  EXPECT_EQ(told(with("Khóm", "Kh\uFFFDm")), "refused: encoding");
  EXPECT_EQ(told(with("Khóm", "\u202Em")), "refused: control_chars");
  EXPECT_EQ(told(with("Đỗ", "山")), "refused: name_chars");
  EXPECT_EQ(told(with("Đỗ Thị Mẫu", "")), "refused: name_chars");
  EXPECT_EQ(told(with("Khóm", std::string(500, 'a'))), "refused: length");
  EXPECT_EQ(told(with("Khóm Mẫu 2", std::string(500, 'a'))), "");
  EXPECT_EQ(told(with("Khóm Mẫu 2", std::string(501, 'a'))), "refused: length");
  EXPECT_EQ(told(with("17061985", "17062399")), "id_year_mismatch");
  EXPECT_EQ(told(with("17061985", "17062400")), "refused: dob");
  EXPECT_EQ(told(with("Mẫu", std::string(93, 'a'))), "");
  EXPECT_EQ(told(with("Mẫu", std::string(94, 'a'))), "refused: length");
}

TEST(Cccd, ReadsACardThatLostItsDiacriticsAndSaysSo) {
  EXPECT_EQ(told("001085000000||Do Van Mau|17061985|Nam|Khom Mau 2|23072021"), "diacritics_missing");
  EXPECT_EQ(told("001185000000||Do Thi Mau|17061985|NU|Khóm Mẫu 2|23072021"), "diacritics_missing");
  EXPECT_EQ(told("001085000000||An|17061985|NAM|Hà Nội|23072021"), "") << "a name that has none";
}

TEST(Cccd, LeavesOtherFormatsAlone) {
  const auto ours = [](std::string_view payload) { return std::get<Refusal>(cccd::read(payload)).ours; };
  for (const char* other : {"", "|||||||", "001185000000", "001185000000|", "001185000000||Đỗ",
                            "035181000000|DO QUYNH Y|1981-07-05|0|163000000000002992|<2<<",
                            "035181000000|DO QUYNH Y|1981-07-05|0|163000000000002992", "A|B|C|D|E|F|G|H",
                            "DN4620000000000|486f|04/02/1959|2|54|79 - 000|01/01/2021|-"})
    EXPECT_FALSE(ours(other)) << other;
  EXPECT_TRUE(ours("001185000000|Đỗ|17061985|Nữ|Khóm|23072021")) << "an order that some writers use";
  EXPECT_TRUE(ours("001185000000||Đỗ|1706"));
  EXPECT_TRUE(ours("00118500000||Đỗ|17061985|Nữ|Khóm|23072021")) << "a digit is lost";
  EXPECT_FALSE(parse("001185000000").value());
}

struct Person {
  std::string id, name, sex;
  std::chrono::year_month_day birth, issued;
};

Person any_person() {
  const auto birth = *world::any_day();
  const bool woman = *rc::gen::arbitrary<bool>();
  const int century = (static_cast<int>(birth.year()) / 100 - 19) * 2 + (woman ? 1 : 0);
  return {"001" + std::to_string(century) + world::written(birth, "Y").substr(2) + *world::any_digits(6),
          *world::any_name(), woman ? "Nữ" : "Nam", birth, *world::any_day()};
}

std::string written(const Person& person) {
  return record(person.id, "", person.name, world::written(person.birth, "DMY"), person.sex, "Phường Thử",
                world::written(person.issued, "DMY"));
}

TEST(Cccd, ReadsBackEveryPerson) {
  EXPECT_TRUE(rc::check("what is written is read, with nothing to warn of", [] {
    const Person person = any_person();
    const auto read = cccd::read(written(person));
    const auto* card = std::get_if<Card>(&read);
    RC_ASSERT(card != nullptr);
    RC_ASSERT(card->id == person.id);
    RC_ASSERT(card->name == person.name);
    RC_ASSERT(card->birth == world::written(person.birth, "Y-M-D"));
    RC_ASSERT(card->issued == world::written(person.issued, "Y-M-D"));
    RC_ASSERT(card->sex == (person.sex == "Nam" ? "M" : "F"));
    RC_ASSERT(card->warnings.empty());
  }));
}

TEST(Cccd, IsTheSamePersonThroughAScannerThatTookUtf8ForLatin1) {
  EXPECT_TRUE(rc::check("it is repaired once, and said", [] {
    const auto text = written(any_person());
    const auto once = cccd::read(gatepost::support::utf8_of_latin1(text));
    const auto plain = cccd::read(text);
    const auto* repaired = std::get_if<Card>(&once);
    RC_ASSERT(repaired != nullptr);
    RC_ASSERT(repaired->name == std::get<Card>(plain).name);
    RC_ASSERT(repaired->warnings == std::set{cccd::Warning::mojibake_repaired});
  }));
  const auto twice = gatepost::support::utf8_of_latin1(gatepost::support::utf8_of_latin1(good));
  EXPECT_EQ(told(twice), "refused: encoding");
  EXPECT_EQ(told(gatepost::support::utf8_of_latin1(with("Mẫu", "Ma\u0302\u0303u"))), "not_nfc mojibake_repaired");
  EXPECT_EQ(told(gatepost::support::utf8_of_latin1(good) + "|á"), "extra_fields mojibake_repaired")
      << "what is not read says nothing";
}

TEST(Cccd, ACutScanIsNobodyElse) {
  EXPECT_TRUE(rc::check("a prefix is refused, another format's, or the same person", [] {
    const Person person = any_person();
    const auto text = written(person);
    const auto parsed = parse(text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size() + 1)));
    if (parsed && *parsed) RC_ASSERT((*parsed)->subject == person.id);
  }));
}

TEST(Cccd, AnyBytesAreReadTheSameTwice) {
  EXPECT_TRUE(rc::check("changed records and any bytes", [] {
    auto text = *rc::gen::arbitrary<bool>() ? written(any_person()) : *rc::gen::arbitrary<std::string>();
    if (!text.empty()) text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    RC_ASSERT(told(text) == told(text));
    const auto parsed = parse(text);
    if (!parsed || !*parsed) return;
    RC_ASSERT(gatepost::support::is_digits((*parsed)->subject, 12));
    for (const auto& [key, value] : (*parsed)->attributes) RC_ASSERT(!gatepost::support::has_controls(value));
  }));
}

}  // namespace
