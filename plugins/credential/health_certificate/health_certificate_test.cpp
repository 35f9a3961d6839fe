// Against the published vectors, where they are.
#include "health_certificate.cpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <gatepost/support/base64.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <set>

#include "world/places.hpp"
#include "world/scratch.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;

std::vector<json::object> lines_of(const fs::path& file) {
  std::vector<json::object> rows;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line).as_object());
  return rows;
}

fs::path vectors() { return fs::path(gatepost::world::source_folder()) / "../shared/data/credentials"; }

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

/// The vectors' words.
std::string reason_of(const Failure& failure) {
  static const std::map<Layer, std::string> words{
      {Layer::base45, "BASE45"},   {Layer::numeric, "NUMERIC"}, {Layer::chunked, "CHUNKED"},
      {Layer::jws, "JWS"},         {Layer::zlib, "ZLIB"},       {Layer::cose, "COSE"},
      {Layer::kid, "KID"},         {Layer::cwt, "CWT"},         {Layer::signature, "SIGNATURE"},
      {Layer::payload, "PAYLOAD"}, {Layer::schema, "SCHEMA"},   {Layer::key_usage, "KEYUSAGE"}};
  return words.at(failure.layer);
}

std::string reason_at(const health_certificate::Outcome<HealthCertificate>& outcome, const json::value& clock) {
  if (!outcome) return reason_of(outcome.error());
  if (clock.is_null()) return "OK";
  std::string text = text_of(clock);
  if (text.find_first_of("Z+", 10) == std::string::npos) text += "Z";
  const auto now = gatepost::support::parse_rfc3339(text);
  EXPECT_TRUE(now) << text;
  if (outcome->valid_from && *now < *outcome->valid_from) return "NOT_YET_VALID";
  if (outcome->valid_until && *now >= *outcome->valid_until) return "EXPIRED";
  return "OK";
}

std::set<std::string> allowed_in(const json::object& row) {
  std::set<std::string> allowed{text_of(row.at("reason"))};
  if (const auto* more = row.if_contains("reason_also_ok"))
    for (const auto& one : more->as_array()) allowed.insert(text_of(one));
  if (allowed.contains("ZIP")) allowed.insert("ZLIB");  // one layer by two names
  return allowed;
}

class Published : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(vectors())) GTEST_SKIP() << "the published vectors are not here";
  }
};

TEST_F(Published, EuCertificatesGetTheirVerdictAndFirstFailingLayer) {
  int accepted = 0, refused = 0;
  for (const char* file : {"dgc/vectors.jsonl", "dgc/mutations.jsonl"})
    for (const auto& row : lines_of(vectors() / file)) {
      TrustList trust;
      const auto der =
          gatepost::support::base64_decode(text_of(row.at("trust_cert_der_b64")), gatepost::support::Base64::standard);
      ASSERT_TRUE(der && trust.add_certificate(*der)) << row.at("id");
      const std::string text = text_of(row.at("qr"));
      const bool is_one = text.starts_with(health_certificate::dcc_prefix);
      const std::string reason =
          is_one ? reason_at(verify_dcc(std::string_view(text).substr(4), trust), row.at("clock")) : "PREFIX";
      EXPECT_TRUE(allowed_in(row).contains(reason))
          << row.at("id") << ": " << reason << " in place of " << row.at("reason");
      EXPECT_EQ(reason == "OK", row.at("verdict") == "ACCEPT") << row.at("id");
      ++(reason == "OK" ? accepted : refused);
    }
  EXPECT_EQ(accepted, 22);
  EXPECT_EQ(refused, 27);
}

/// A JWS as a code holds it.
std::string digits_of(std::string_view jws) {
  std::string digits;
  for (const char letter : jws) {
    const int number = letter - 45;
    digits += static_cast<char>('0' + number / 10);
    digits += static_cast<char>('0' + number % 10);
  }
  return digits;
}

TrustList issuer_list() {
  std::ifstream file(vectors() / "shc/issuer-jwks.json");
  const std::string keys(std::istreambuf_iterator<char>(file), {});
  const auto jwks = json::parse(keys).as_object();
  const json::object list{
      {"issuers", json::array{json::object{{"iss", "https://spec.smarthealth.cards/examples/issuer"},
                                           {"keys", jwks.at("keys")}}}}};
  auto trust = TrustList::parse(json::serialize(list), "trust.json");
  EXPECT_TRUE(trust) << to_line(trust.error());
  return std::move(*trust);
}

TEST_F(Published, SmartHealthCardsGetTheirVerdictAndFirstFailingLayer) {
  const TrustList trust = issuer_list();
  int compared = 0;
  for (const auto& row : lines_of(vectors() / "shc/vectors.jsonl")) {
    if (row.at("verdict") == "EITHER") continue;
    std::string text = text_of(row.at("data").at(0));
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    text = row.at("kind") == "jws" ? digits_of(text) : text.substr(health_certificate::shc_prefix.size());
    const auto outcome = verify_shc(text, trust);
    const std::string reason = outcome ? "OK" : reason_of(outcome.error());
    EXPECT_TRUE(allowed_in(row).contains(reason))
        << row.at("id") << ": " << reason << " in place of " << row.at("reason");
    ++compared;
  }
  EXPECT_EQ(compared, 12);
}

TEST_F(Published, CertificatesSayWhoseTheyAre) {
  for (const auto& row : lines_of(vectors() / "dgc/vectors.jsonl")) {
    if (row.at("id") != "AT-1") continue;
    TrustList trust;
    ASSERT_TRUE(trust.add_certificate(
        *gatepost::support::base64_decode(text_of(row.at("trust_cert_der_b64")), gatepost::support::Base64::standard)));
    const auto certificate = verify_dcc(std::string_view(text_of(row.at("qr"))).substr(4), trust);
    ASSERT_TRUE(certificate);
    EXPECT_EQ(certificate->id, "URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B");
    EXPECT_EQ(certificate->person, "MUSTERFRAU<GOESSINGER<GABRIELE<1998-02-26");
    EXPECT_EQ(certificate->attributes.at("name"), "Gabriele Musterfrau-Gößinger");
    EXPECT_EQ(certificate->attributes.at("kind"), "vaccination");
    EXPECT_EQ(certificate->attributes.at("issued"), "2021-02-18");
    EXPECT_EQ(certificate->attributes.at("dose"), "1/2");
    EXPECT_EQ(certificate->attributes.at("country"), "AT");
  }
  const TrustList trust = issuer_list();
  const auto card =
      verify_shc(digits_of(text_of(lines_of(vectors() / "shc/vectors.jsonl").front().at("data").at(0))), trust);
  ASSERT_TRUE(card);
  EXPECT_EQ(card->person, "Anyperson<John B.<1951-01-20");
  EXPECT_EQ(card->attributes.at("doses"), "3");
  EXPECT_EQ(card->attributes.at("issuer"), "https://spec.smarthealth.cards/examples/issuer");
}

// Each certificate with each character in turn changed to its neighbour, and each beginning of it.
TEST_F(Published, NoChangedOrCutCertificateIsTaken) {
  const auto rows = lines_of(vectors() / "dgc/vectors.jsonl");
  const auto row = std::ranges::find_if(rows, [](const auto& one) { return one.at("id") == "common-CO3"; });
  TrustList trust;
  ASSERT_TRUE(trust.add_certificate(
      *gatepost::support::base64_decode(text_of(row->at("trust_cert_der_b64")), gatepost::support::Base64::standard)));
  const std::string whole = text_of(row->at("qr")).substr(4);
  ASSERT_TRUE(verify_dcc(whole, trust));
  int signed_by_other_ways = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    signed_by_other_ways += static_cast<int>(verify_dcc(changed, trust).has_value());
    EXPECT_FALSE(verify_dcc(whole.substr(0, i), trust)) << i;
  }
  EXPECT_EQ(signed_by_other_ways, 0);
}

TEST_F(Published, KeysOfOneIssuerSignNothingForAnother) {
  std::ifstream file(vectors() / "shc/issuer-jwks.json");
  const auto jwks = json::parse(std::string(std::istreambuf_iterator<char>(file), {})).as_object();
  const json::object list{
      {"issuers", json::array{json::object{{"iss", "https://another.example"}, {"keys", jwks.at("keys")}}}}};
  const auto trust = TrustList::parse(json::serialize(list), "trust.json");
  ASSERT_TRUE(trust);
  const auto row = lines_of(vectors() / "shc/vectors.jsonl").front();
  const auto outcome = verify_shc(digits_of(text_of(row.at("data").at(0))), *trust);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().layer, Layer::kid);
}

class Format : public Published {
 protected:
  std::unique_ptr<gatepost::CredentialFormat> format(Settings settings, const std::string& list) {
    settings.trust = folder_.write("trust", list);
    auto made = gatepost_plugin.make.credential(table.values(settings), {"certificate", folder_.path()});
    EXPECT_TRUE(made) << to_line(made.error());
    return std::move(*made);
  }
  static std::string list_of(const json::object& row) {
    return json::serialize(
        json::object{{"certificates", json::array{json::object{{"rawData", row.at("trust_cert_der_b64")}}}}});
  }
  gatepost::world::Scratch folder_;
};

TEST_F(Format, TellsOtherCodesForgeriesAndUnknownIssuersApart) {
  const auto rows = lines_of(vectors() / "dgc/vectors.jsonl");
  const auto row_of = [&](std::string_view id) {
    return *std::ranges::find_if(rows, [&](const auto& one) { return one.at("id").as_string() == id; });
  };
  const auto good = row_of("common-CO3"), forged = row_of("common-CO5");
  const auto format = this->format({}, list_of(good));
  const auto parsed = format->parse({.payload = text_of(good.at("qr"))});
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_TRUE((*parsed)->verified);
  EXPECT_THAT((*parsed)->subject, HasSubstr("UVCI"));
  EXPECT_THAT((*parsed)->how, HasSubstr("EU DCC, key of "));
  EXPECT_TRUE((*parsed)->valid_until);
  const auto unknown = format->parse({.payload = text_of(forged.at("qr"))});
  ASSERT_TRUE(unknown && *unknown);
  EXPECT_EQ((*unknown)->refused, "unknown_issuer");
  EXPECT_FALSE((*unknown)->verified);
  EXPECT_TRUE((*unknown)->subject.empty()) << "nothing of it is believed";
  EXPECT_THAT(to_line(this->format({}, list_of(forged))->parse({.payload = text_of(forged.at("qr"))}).error()),
              HasSubstr("its signature is not right (signature); scan again"));
  for (const char* other : {"", "HC2:AB", "hc1:AB", " HC1:AB", "shc:56", "GP1:AB"})
    EXPECT_FALSE(*format->parse({.payload = other})) << other;
  EXPECT_EQ((*format->parse({.payload = "shc:/1/2/5676"}))->refused, "in_parts");
  EXPECT_EQ(
      (*this->format({.subject = Subject::person}, list_of(good))->parse({.payload = text_of(good.at("qr"))}))->subject,
      "MUSTERFRAU<GOESSINGER<GABRIELE<1998-02-26");
}

TEST(TrustLists, SayWhatIsWrongWithThem) {
  const auto wrong = [](const std::string& text) {
    const auto list = TrustList::parse(text, "trust");
    return list ? "taken" : to_line(list.error());
  };
  EXPECT_THAT(wrong(""), HasSubstr("trust: it is neither PEM nor a JSON object; see that the file is whole"));
  EXPECT_THAT(wrong("{}"), HasSubstr("there is nobody in it to be trusted"));
  EXPECT_THAT(wrong(R"({"certificates":[{"rawData":"AAAA"}]})"), HasSubstr("entry 1 of certificates is none"));
  EXPECT_THAT(wrong(R"({"issuers":[{"iss":"https://a.example"}]})"), HasSubstr("an issuer needs iss and keys"));
  EXPECT_THAT(wrong(R"({"issuers":[{"iss":"https://a.example","keys":[{"kty":"RSA"}]}]})"),
              HasSubstr("a key of issuer https://a.example is no P-256 key with a kid"));
  EXPECT_THAT(wrong("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
              HasSubstr("block 1 is no certificate"));
}

RC_GTEST_PROP(TrustLists, SurviveAnyText, (const std::string& text)) {
  static_cast<void>(TrustList::parse(text, "trust"));
}

}  // namespace
