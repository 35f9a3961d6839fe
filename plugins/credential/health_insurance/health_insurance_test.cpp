#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "health_insurance.cpp"
#include "world/vectors.hpp"
#include "world/vietnamese.hpp"

namespace {

namespace json = boost::json;
namespace support = gatepost::support;
namespace world = gatepost::world;
using namespace std::chrono;
using testing::HasSubstr;

Result<std::optional<Credential>> parse(std::string payload) {
  auto format = gatepost_plugin.make.credential({}, {"insurance", "/"});
  return (*format)->parse({.payload = std::move(payload)});
}

/// What a test compares: the word of a fault, or the warnings.
std::string told(std::string_view payload) {
  const auto read = health_insurance::read(payload);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return "refused: " + std::string(to_word(refusal->fault));
  return support::words_of(std::get<Card>(read).warnings);
}

std::string hex(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string written;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    written += {digits[byte >> 4], digits[byte & 15]};
  }
  return written;
}

const std::string good = "DN4620000000000|" + hex("Đỗ Thị Mẫu") + "|04/02/1959|2|" + hex("Tổ Mẫu 17") +
                         "|79 - 000|01/01/2021|31/12/2025|01/01/2021|0|-|4|01/01/2025|0-0|$";

std::string with(const std::string& what, const std::string& instead) {
  std::string changed = good;
  return changed.replace(changed.find(what), what.size(), instead);
}

std::string text_of(const json::value& value) { return value.is_string() ? std::string(value.as_string()) : ""; }

TEST(HealthInsurance, ReadsEachVectorAsItIsMeant) {
  const auto rows = world::json_lines(world::credential_vectors() / "vn/vn-qr.jsonl");
  if (rows.empty()) GTEST_SKIP() << "the vectors are not beside this tree";
  std::size_t cards = 0;
  for (const auto& row : rows) {
    const auto name = text_of(row.at("id"));
    const auto& expect = row.at("expect").as_object();
    const auto payload = world::from_base64(text_of(row.at("raw_b64")));
    const auto parsed = parse(payload);
    if (!text_of(row.at("kind")).starts_with("bhyt")) {
      ASSERT_TRUE(parsed) << name;
      EXPECT_FALSE(*parsed) << name;
      continue;
    }
    ++cards;
    if (text_of(expect.at("parse")) == "OK") {
      ASSERT_TRUE(parsed && *parsed) << name;
      EXPECT_EQ((*parsed)->subject, text_of(expect.at("card"))) << name;
      EXPECT_EQ((*parsed)->attributes.at("name"), text_of(expect.at("name_nfc"))) << name;
      EXPECT_EQ((*parsed)->attributes.at("birth"), text_of(expect.at("dob"))) << name;
      EXPECT_EQ((*parsed)->attributes.at("sex"), text_of(expect.at("sex"))) << name;
      EXPECT_TRUE(expect.at("warnings").as_array().empty() && told(payload).empty()) << name;
    } else {
      EXPECT_FALSE(parsed) << name;
      EXPECT_EQ(told(payload), "refused: " + text_of(expect.at("reasons").at(0))) << name;
    }
  }
  EXPECT_EQ(cards, 4U);
}

TEST(HealthInsurance, BecomesACredentialForWholeDaysOfVietnam) {
  const auto parsed = parse("\xEF\xBB\xBF" + with("DN", "dn") + "\r\n");
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->subject, "DN4620000000000");
  EXPECT_EQ((*parsed)->attributes, (std::map<std::string, std::string>{{"name", "Đỗ Thị Mẫu"},
                                                                       {"name_ascii", "DO THI MAU"},
                                                                       {"birth", "1959-02-04"},
                                                                       {"sex", "F"},
                                                                       {"address", "Tổ Mẫu 17"},
                                                                       {"clinic", "79 - 000"},
                                                                       {"warnings", "bom"}}));
  EXPECT_EQ((*parsed)->valid_from, gatepost::WallTime(sys_days(2021y / 1 / 1)) - 7h);
  EXPECT_EQ((*parsed)->valid_until, gatepost::WallTime(sys_days(2026y / 1 / 1)) - 7h - 1ns) << "the last day counts";
  EXPECT_FALSE((*parsed)->verified);
}

TEST(HealthInsurance, HasNoBlanksAroundANameOrAnAddress) {
  const auto parsed = parse(with(hex("Đỗ Thị Mẫu"), hex(" Đỗ Thị Mẫu ")));
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->attributes.at("name"), "Đỗ Thị Mẫu");
}

TEST(HealthInsurance, HasNoBoundWhereTheCardSaysNone) {
  for (const char* none : {"", "-"}) {
    const auto parsed = parse(with("01/01/2021|31/12/2025", std::string(none) + "|" + none));
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_FALSE((*parsed)->valid_from);
    EXPECT_FALSE((*parsed)->valid_until);
  }
  const auto parsed = parse(with(hex("Tổ Mẫu 17") + "|79 - 000", "-|"));
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_FALSE((*parsed)->attributes.contains("address"));
  EXPECT_FALSE((*parsed)->attributes.contains("clinic"));
}

TEST(HealthInsurance, RefusesEachFieldThatIsNotRight) {
  EXPECT_EQ(told(good), "");
  EXPECT_EQ(told(with("|$", "")), "no_end");
  EXPECT_EQ(told(with("04/02/1959", "1959")), "dob_partial");
  EXPECT_EQ(told(with(hex("Đỗ"), hex("Đo\u0302\u0303"))), "not_nfc");
  EXPECT_EQ(told(with("79", "\xFF")), "refused: encoding");
  EXPECT_EQ(told(with("79", "\x1B")), "refused: control_chars");
  EXPECT_EQ(told("DN4620000000000|41|1959|2|41|1|-"), "refused: field_count");
  EXPECT_EQ(told("AZ4620000000000|41|1959|2|41|1|-|-"), "dob_partial no_end");
  EXPECT_EQ(told("az4620000000000|41|1959|2|41|1|-|-"), "dob_partial no_end");
  for (const char* letters : {"1N", "D@", "[D", "D`", "{D"})
    EXPECT_EQ(told(with("DN", letters)), "refused: card_code") << letters;
  EXPECT_EQ(told(with("DN46", "D46")), "refused: card_code");
  EXPECT_EQ(told(with("DN46", "DN4x")), "refused: card_code");
  EXPECT_EQ(told(with(hex("Đỗ"), "c4 90e1bb97")), "refused: hex");
  EXPECT_EQ(told(with(hex("Đỗ"), "c4xx")), "refused: hex");
  EXPECT_EQ(told(with(hex("Đỗ"), "c4")), "refused: encoding");
  EXPECT_EQ(told(with(hex("Đỗ"), "1b41")), "refused: control_chars");
  EXPECT_EQ(told(with(hex("Đỗ"), hex(std::string(92, 'a')))), "");
  EXPECT_EQ(told(with(hex("Đỗ"), hex(std::string(93, 'a')))), "refused: length");
  EXPECT_EQ(told(with(hex("Đỗ"), hex("=1"))), "refused: name_chars");
  EXPECT_EQ(told(with(hex("Tổ"), hex(std::string(494, 'a')))), "refused: length");
  EXPECT_EQ(told(with(hex("Tổ"), hex(std::string(493, 'a')))), "");
  EXPECT_EQ(told(with("79 - 000", std::string(101, '7'))), "refused: length");
  EXPECT_EQ(told(with("79 - 000", std::string(100, '7'))), "");
  for (const char* birth : {"04-02/1959", "04/02-1959", "04/02/19599", "4/2/1959", ""})
    EXPECT_EQ(told(with("04/02/1959", birth)), "refused: dob") << birth;
  EXPECT_EQ(told(with("04/02/1959", "30/02/1959")), "refused: dob");
  EXPECT_EQ(told(with("04/02/1959", "04/02/1859")), "refused: dob");
  EXPECT_EQ(told(with("|2|", "|0|")), "refused: sex");
  EXPECT_EQ(told(with("01/01/2021|3", "01/13/2021|3")), "refused: validity");
  EXPECT_EQ(told(with("31/12/2025", "31/12/202")), "refused: validity");
  EXPECT_EQ(told(with("31/12/2025", "31/12/2020")), "refused: validity");
  EXPECT_EQ(told(with("31/12/2025", "01/01/2021")), "") << "for one day";
}

TEST(HealthInsurance, SaysWhatIsWrongAndNeverShowsThePayload) {
  const auto parsed = parse(with("04/02/1959", "30/02/1959"));
  ASSERT_FALSE(parsed);
  EXPECT_THAT(to_line(parsed.error()), testing::AllOf(HasSubstr("insurance: "), HasSubstr("(dob)"),
                                                      testing::Not(HasSubstr("1959")), testing::Not(HasSubstr("DN4"))));
}

TEST(HealthInsurance, LeavesOtherFormatsAlone) {
  for (const char* other : {"", "||||||||", "DN4620000000000", "DN4620000000000|41", "DN4620000000000|Mai|yes",
                            "DN4620000000000||", "0110129425|41|04/02/1959|2|41|79|-|-|$"}) {
    const auto parsed = parse(other);
    ASSERT_TRUE(parsed) << other;
    EXPECT_FALSE(*parsed) << other;
  }
  for (const char* ours : {"DN4620000000000|Mai|04/02/1959", "DN4620000000000|Mai|1959", "DN4620000000000|4|"})
    EXPECT_FALSE(parse(ours)) << ours;
}

struct Holder {
  std::string code, name;
  year_month_day birth, from, until;
};

Holder any_holder() {
  const auto one = *world::any_day(), other = *world::any_day();
  return {"GD" + *world::any_digits(13), *world::any_name(), *world::any_day(), std::min(one, other),
          std::max(one, other)};
}

std::string written(const Holder& holder) {
  return holder.code + "|" + hex(holder.name) + "|" + world::written(holder.birth, "D/M/Y") + "|1|" + hex("Hà Nội") +
         "|01 - 001|" + world::written(holder.from, "D/M/Y") + "|" + world::written(holder.until, "D/M/Y") + "|$";
}

TEST(HealthInsurance, ReadsBackEveryHolder) {
  EXPECT_TRUE(rc::check("what is written is read", [] {
    const Holder holder = any_holder();
    const auto parsed = parse(written(holder));
    RC_ASSERT(parsed.has_value() && parsed->has_value());
    RC_ASSERT((*parsed)->subject == holder.code);
    RC_ASSERT((*parsed)->attributes.at("name") == holder.name);
    RC_ASSERT((*parsed)->attributes.at("birth") == world::written(holder.birth, "Y-M-D"));
    RC_ASSERT((*parsed)->valid_from == gatepost::WallTime(sys_days(holder.from)) - 7h);
    RC_ASSERT((*parsed)->valid_until == gatepost::WallTime(sys_days(holder.until)) + 17h - 1ns);
  }));
}

TEST(HealthInsurance, ACutScanIsNobodyElseAndNeverValidForLonger) {
  EXPECT_TRUE(rc::check("a prefix is refused, another format's, or the same", [] {
    const Holder holder = any_holder();
    const auto text = written(holder);
    const auto parsed = parse(text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size() + 1)));
    if (!parsed || !*parsed) return;
    const auto whole = parse(text);
    RC_ASSERT((*parsed)->subject == holder.code);
    RC_ASSERT((*parsed)->valid_from == (*whole)->valid_from);
    if ((*parsed)->valid_until) RC_ASSERT((*parsed)->valid_until == (*whole)->valid_until);
  }));
}

TEST(HealthInsurance, AnyBytesAreReadTheSameTwice) {
  EXPECT_TRUE(rc::check("changed records and any bytes", [] {
    auto text = *rc::gen::arbitrary<bool>() ? written(any_holder()) : *rc::gen::arbitrary<std::string>();
    if (!text.empty()) text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    RC_ASSERT(told(text) == told(text));
    const auto parsed = parse(text);
    if (!parsed || !*parsed) return;
    RC_ASSERT((*parsed)->subject.size() == 15U);
    for (const auto& [key, value] : (*parsed)->attributes) RC_ASSERT(!support::has_controls(value));
  }));
}

}  // namespace
