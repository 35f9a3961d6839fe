// Against specimens that were published, where they are, and seals of keys made here.
#include "visible_seal.cpp"

#include <gmock/gmock.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <gatepost/bytes_text.hpp>

#include "world/places.hpp"
#include "world/scratch.hpp"

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(Seals, ThatWerePublishedAreRead) {
  const fs::path file =
      fs::path(gatepost::world::source_folder()) / "../shared/data/credentials/cose/icao-vds-hex.json";
  if (!fs::exists(file)) GTEST_SKIP() << "the published specimens are not here";
  std::ifstream text(file);
  const auto seals = boost::json::parse(std::string(std::istreambuf_iterator<char>(text), {})).at("seals").as_array();
  std::map<std::string, std::string> documents;
  const auto format = gatepost_plugin.make.credential(table.values({}), {"seal", "/"});
  for (const auto& one : seals) {
    const std::string name(one.at("name").as_string());
    const std::string bytes = *gatepost::from_hex(std::string(one.at("hex").as_string()), 4096);
    const auto parsed = (*format)->parse({.payload = bytes});
    documents[name] = !parsed ? parsed.error().what
                              : (*parsed)->attributes.at("document") + " " + (*parsed)->attributes.at("country") + " " +
                                    (*parsed)->attributes.at("signer") + " " + (*parsed)->attributes.at("issued");
    for (std::size_t i = 2; i < bytes.size(); ++i)
      EXPECT_FALSE((*format)->parse({.payload = bytes.substr(0, i)})) << name << " cut after " << i;
  }
  const std::map<std::string, std::string> expected{
      {"administrativeDocumentV9Basic", "the visible seal has no signature"},
      {"administrativeDocumentV9WithStatus", "the visible seal has no signature"},
      {"ankunftsnwPapier", "arrival_attestation D DEME 2016-02-01"},
      {"arrivalAttestation", "arrival_attestation D DETS 2020-01-01"},
      {"emergenyTravelDoc", "emergency_travel_document UTO UTTS 2020-01-01"},
      {"meldebescheinigung", "administrative_document D DEZV 2025-05-14"},
      {"residentPermit", "residence_permit UTO UTTS 2020-01-01"},
      {"socialInsurance", "social_insurance_card UTO DETS 2020-01-01"},
      {"supplementSheet", "supplementary_sheet UTO UTTS 2020-01-01"}};
  EXPECT_EQ(documents, expected);
}

TEST(Seals, SayWhoseTheyAre) {
  const std::string bytes = *gatepost::from_hex(
      "DC02D9C56D32C8A519FC0F71346F1D67FC0401083FEE456D2DE019A8020B506572736368776569C39F03054F7363617204134AC3A2636F62"
      "C3A96E69646963747572697573FF401DCE81E863B01CFFE5B099A5BBFCA60730EC9E090A1C82FA00580EB592A9FC921D5F02CE8D1EC4E3AA"
      "3CB4CEA3AFEF1C382B44ED8DA7105372FC1D2E8D91A393",
      4096);  // vdstools' specimen of a social insurance card, Apache-2.0
  const auto format = gatepost_plugin.make.credential(table.values({}), {"seal", "/"});
  const auto parsed = (*format)->parse({.payload = bytes});
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->subject, "65170839J003");
  EXPECT_EQ((*parsed)->attributes.at("family_name"), "Perschweiß");
  EXPECT_EQ((*parsed)->attributes.at("given_name"), "Oscar");
  EXPECT_FALSE((*parsed)->verified) << "nobody has looked at its signature";
}

// ---- Seals of keys made here

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;

std::string c40(std::string text) {
  while (text.size() % 3 != 0) text += '\0';
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    int three = 1;
    for (int k = 0, weight = 1600; k < 3; ++k, weight /= 40) {
      const char c = text[i + static_cast<std::size_t>(k)];
      three += weight * (c == '\0' ? 0 : c == ' ' ? 3 : c <= '9' ? c - '0' + 4 : c - 'A' + 14);
    }
    bytes += static_cast<char>(three >> 8);
    bytes += static_cast<char>(three & 0xFF);
  }
  return bytes;
}

RC_GTEST_PROP(C40, GivesBackWhatWasWritten, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string(" 0123456789ABCXYZ")));
  RC_ASSERT(visible_seal::c40_text(c40(text)) == text);
}

RC_GTEST_PROP(SealBytes, SurviveAnything, (std::string bytes)) {
  bytes.insert(0,
               *rc::gen::elementOf(std::vector<std::string>{"", "\xDC\x02", "\xDC\x03", "\xDC\x02\xD9\xC5\x6D\x32"}));
  const auto seal = visible_seal::read_seal(bytes);
  if (seal && *seal) RC_ASSERT((*seal)->signed_bytes.size() + (*seal)->signature.size() < bytes.size());
}

std::string signature_of(EVP_PKEY* key, const EVP_MD* digest, const std::string& message, std::size_t half) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::string der(256, '\0');
  std::size_t size = der.size();
  EVP_DigestSignInit(context, nullptr, digest, nullptr, key);
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(der.data()), &size,
                 reinterpret_cast<const unsigned char*>(message.data()), message.size());
  EVP_MD_CTX_free(context);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size));
  std::string raw(2 * half, '\0');
  auto* to = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), to, static_cast<int>(half));
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), to + half, static_cast<int>(half));
  ECDSA_SIG_free(pair);
  return raw;
}

std::string pem_of(EVP_PKEY* key, const char* country, const char* name, long serial) {
  const std::unique_ptr<X509, Free> certificate(X509_new());
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const auto text = [](const char* word) { return reinterpret_cast<const unsigned char*>(word); };
  X509_NAME_add_entry_by_txt(subject, "C", MBSTRING_ASC, text(country), -1, -1, 0);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text(name), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
  X509_set_pubkey(certificate.get(), key);
  X509_sign(certificate.get(), key, EVP_sha256());
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return pem;
}

std::string date(unsigned month, unsigned day, unsigned year) {
  const unsigned number = month * 1000000 + day * 10000 + year;
  return {static_cast<char>(number >> 16U), static_cast<char>(number >> 8U & 0xFFU), static_cast<char>(number & 0xFFU)};
}

std::string feature(std::uint8_t tag, const std::string& value) {
  std::string head{static_cast<char>(tag)};
  if (value.size() >= 0x80) head += '\x81';
  return head + static_cast<char>(value.size()) + value;
}

/// An administrative document with a validity, to be signed.
std::string document() {
  return std::string("\xDC\x03") + c40("UTO") + c40("UTTS07") + c40("5022026") + date(2, 28, 2026) + date(3, 1, 2026) +
         "\x01\xC9" + feature(1, "20260301") + feature(2, "20261231");
}

class SignedSeals : public testing::TestWithParam<const char*> {
 protected:
  std::size_t half() const { return (static_cast<std::size_t>(EVP_PKEY_get_bits(key_.get())) + 7) / 8; }
  const EVP_MD* digest() const { return half() <= 32 ? EVP_sha256() : half() <= 48 ? EVP_sha384() : EVP_sha512(); }
  std::string seal() const {
    return document() + feature(0xFF, signature_of(key_.get(), digest(), document(), half()));
  }
  std::string said(const std::string& certificates, const std::string& bytes) {
    const Settings settings{.certificates = folder_.write("signers.pem", certificates)};
    const auto format = gatepost_plugin.make.credential(table.values(settings), {"seal", folder_.path()});
    if (!format) return to_line(format.error());
    const auto parsed = (*format)->parse({.payload = bytes});
    if (!parsed) return parsed.error().what;
    if (!*parsed) return "no match";
    if (!(*parsed)->refused.empty()) return "refused: " + (*parsed)->refused;
    return (*parsed)->verified ? (*parsed)->how : "not verified";
  }
  const Key key_{EVP_EC_gen(GetParam())}, other_{EVP_EC_gen(GetParam())};
  gatepost::world::Scratch folder_;
};

TEST_P(SignedSeals, AreVerifiedByTheCertificateThatTheyName) {
  const std::string signer = pem_of(key_.get(), "UT", "TS", 0x5022026);
  EXPECT_EQ(said(signer, seal()), "visible seal of UTTS, certificate 5022026");
  EXPECT_EQ(said(pem_of(key_.get(), "UT", "TT", 0x5022026), seal()), "refused: unknown_issuer");
  EXPECT_EQ(said(pem_of(key_.get(), "UT", "TS", 5022026), seal()), "refused: unknown_issuer");
  EXPECT_EQ(said(pem_of(other_.get(), "UT", "TS", 0x5022026), seal()), "the visible seal's signature is not right");
  EXPECT_THAT(said(pem_of(key_.get(), "UT", "TSLONG", 1), seal()), HasSubstr("is none of a seal's signer; take"));
  EXPECT_THAT(said(signer + signer, seal()), HasSubstr("2 blocks of PEM are not as many different certificates"));
  EXPECT_THAT(said("", seal()), HasSubstr("0 blocks of PEM"));
}

TEST_P(SignedSeals, AreNotTakenWhenAnyBitIsAnother) {
  const std::string signer = pem_of(key_.get(), "UT", "TS", 0x5022026), whole = seal();
  const Settings settings{.certificates = folder_.write("signers.pem", signer)};
  const auto format = gatepost_plugin.make.credential(table.values(settings), {"seal", folder_.path()});
  ASSERT_TRUE(format);
  for (std::size_t i = 0; i < whole.size() * 8; i += 3) {
    std::string changed = whole;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << i % 8));
    const auto parsed = (*format)->parse({.payload = changed});
    EXPECT_FALSE(parsed && *parsed && (*parsed)->verified) << i;
  }
}

TEST_P(SignedSeals, HoldTheDatesThatTheySay) {
  const auto format = gatepost_plugin.make.credential(table.values({}), {"seal", "/"});
  const auto parsed = (*format)->parse({.payload = seal()});
  ASSERT_TRUE(parsed && *parsed);
  using namespace std::chrono;
  EXPECT_EQ((*parsed)->valid_from, gatepost::WallTime(sys_days(2026y / 3 / 1)));
  EXPECT_EQ((*parsed)->valid_until, gatepost::WallTime(sys_days(2027y / 1 / 1)) - gatepost::Duration(1));
  EXPECT_THAT((*parsed)->subject, testing::StartsWith("seal:"));
}

TEST(SealDates, BeyondWhatTimeCanCountAreItsEnd) {
  const std::string forever = std::string("\xDC\x03") + c40("UTO") + c40("UTTS07") + c40("5022026") +
                              date(2, 28, 2026) + date(3, 1, 2026) + "\x01\xC9" + feature(1, "00010101") +
                              feature(2, "99991231") + feature(0xFF, std::string(64, 'x'));
  const auto format = gatepost_plugin.make.credential(table.values({}), {"seal", "/"});
  const auto parsed = (*format)->parse({.payload = forever});
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_GT((*parsed)->valid_until, gatepost::WallTime::max() - std::chrono::hours(48));
  EXPECT_LT((*parsed)->valid_from, gatepost::WallTime::min() + std::chrono::hours(48));
}

INSTANTIATE_TEST_SUITE_P(Curves, SignedSeals, testing::Values("P-256", "brainpoolP256r1", "P-384", "P-521"));

}  // namespace
