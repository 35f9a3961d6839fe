#include "signed_pass.cpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <gatepost/support/base45.hpp>

#include "world/scratch.hpp"

namespace {

using gatepost::WallTime;
using gatepost::support::SigningKey;
using gatepost::support::write_gate_pass;
using testing::HasSubstr;

constexpr auto noon = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) + 12h;

class Passes : public testing::Test {
 protected:
  void write(const char* name, const std::string& text) { std::ofstream(folder_.path() / name) << text; }

  std::unique_ptr<gatepost::CredentialFormat> format(Settings settings) {
    settings.keys = folder_.path() / "keys.pem";
    if (!settings.revoked.empty()) settings.revoked = folder_.path() / settings.revoked;
    const auto values = table.values(settings);
    auto made = gatepost_plugin.make.credential(values, {"pass", folder_.path()});
    EXPECT_TRUE(made) << to_line(made.error());
    return std::move(*made);
  }

  /// What the format says of it: "SUBJECT", "refused: REASON", "error: …", "no match".
  static std::string said(const gatepost::CredentialFormat& format, const std::string& payload) {
    const auto parsed = format.parse({.payload = payload});
    if (!parsed) return "error: " + parsed.error().what;
    if (!*parsed) return "no match";
    if (!(*parsed)->refused.empty()) return "refused: " + (*parsed)->refused;
    return (*parsed)->verified ? (*parsed)->subject : "not verified";
  }

  gatepost::world::Scratch folder_;
  const SigningKey key_ = *SigningKey::generate(), other_ = *SigningKey::generate();
  const GatePass pass_{.subject = "E000106", .id = std::string("\x01\x02\xFEid\0zz", 8)};
};

TEST_F(Passes, AreTakenFromKeysThatAreKnown) {
  write("keys.pem", *key_.public_pem());
  const auto format = this->format({});
  const auto parsed = format->parse({.payload = *write_gate_pass({.subject = "E000106",
                                                                  .id = "12345678",
                                                                  .issuer = "GATE-01",
                                                                  .valid_from = noon - 24h,
                                                                  .valid_until = noon + 24h,
                                                                  .group = "visitor",
                                                                  .name = "Trần Thị Ví Dụ"},
                                                                 key_)});
  ASSERT_TRUE(parsed && *parsed);
  const Credential& credential = **parsed;
  EXPECT_EQ(credential.subject, "E000106");
  EXPECT_TRUE(credential.verified);
  EXPECT_THAT(credential.how, testing::StartsWith("ed25519, key "));
  EXPECT_EQ(credential.valid_from, noon - 24h);
  EXPECT_EQ(credential.valid_until, noon + 24h);
  EXPECT_EQ(credential.attributes.at("class"), "visitor");
  EXPECT_EQ(credential.attributes.at("name"), "Trần Thị Ví Dụ");
  EXPECT_EQ(credential.attributes.at("pass"), "3132333435363738");
  EXPECT_EQ(said(*format, *write_gate_pass(pass_, other_)), "refused: unknown_key");
}

TEST_F(Passes, OfTwoKeysAreTakenWhileOneIsExchanged) {
  write("keys.pem", "the old one, until the last of its passes is over:\n" + *other_.public_pem() + *key_.public_pem());
  const auto format = this->format({});
  EXPECT_EQ(said(*format, *write_gate_pass(pass_, key_)), "E000106");
  EXPECT_EQ(said(*format, *write_gate_pass(pass_, other_)), "E000106");
}

TEST_F(Passes, ThatAreRevokedAreRefusedAndStillSayWhoseTheyAre) {
  write("keys.pem", *key_.public_pem());
  write("revoked", "# lost ones\n\n0102fe6964007a7a lost on Monday\r\n");
  const auto format = this->format({.revoked = "revoked"});
  const auto parsed = format->parse({.payload = *write_gate_pass(pass_, key_)});
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->refused, "revoked");
  EXPECT_EQ((*parsed)->subject, "E000106");
  EXPECT_THAT((*parsed)->note, HasSubstr("0102fe6964007a7a"));
  EXPECT_EQ(said(*format, *write_gate_pass({.subject = "E1", .id = "another"}, key_)), "E1");
}

TEST_F(Passes, OfAnotherIssuerAreRefused) {
  write("keys.pem", *key_.public_pem());
  const auto format = this->format({.issuer = "GATE-01"});
  EXPECT_EQ(said(*format, *write_gate_pass(pass_, key_)), "refused: unknown_key");
  EXPECT_EQ(said(*format, *write_gate_pass({.subject = "E1", .id = "1", .issuer = "GATE-01"}, key_)), "E1");
}

TEST_F(Passes, AreToldFromOtherCodesByTheirFirstBytes) {
  write("keys.pem", *key_.public_pem());
  const auto format = this->format({});
  for (const char* other : {"", "GP1", "gp1:", " GP1:", "HC1:NCFOXN", "GP2:AB"})
    EXPECT_EQ(said(*format, other), "no match");
  for (const char* broken : {"GP1:", "GP1:a", "GP1:BB8", "GP1:::::"})
    EXPECT_THAT(said(*format, broken), HasSubstr("error: it is damaged")) << broken;
}

// The keys of RFC 9052's examples sign no pass: COSE alone is not enough.
TEST_F(Passes, NeedTheirKeyAndAlgorithmInWhatIsSigned) {
  write("keys.pem", *key_.public_pem());
  const auto format = this->format({});
  namespace cbor = gatepost::support::cbor;
  const auto with = [&](std::string header, std::string unprotected) {
    const std::string payload = "payload";
    cbor::Writer to;
    to.array(4);
    to.bytes(header);
    std::string text = to.take() + unprotected;
    cbor::Writer rest;
    rest.bytes(payload);
    rest.bytes(*key_.sign(gatepost::support::cose_to_be_signed(header, payload)));
    return "GP1:" + gatepost::support::base45_encode(text + rest.take());
  };
  const std::string id = gatepost::support::gate_pass_key_id(key_.public_key());
  const std::string algorithm = "\x01\x27", key = "\x04\x48" + id;
  EXPECT_THAT(said(*format, with("\xA1" + algorithm, "\xA1" + key)), HasSubstr("names no key"));
  EXPECT_THAT(said(*format, with("\xA1" + key, "\xA1" + algorithm)), HasSubstr("not signed by Ed25519"));
  EXPECT_THAT(said(*format, with("\xA2" + algorithm + key, "\xA0")), HasSubstr("claims are none"));
}

RC_GTEST_FIXTURE_PROP(Passes, ComeBackAsTheyWereAndNeverChanged, ()) {
  write("keys.pem", *key_.public_pem());
  const auto format = this->format({});
  const auto time = [] {
    const auto seconds = *rc::gen::inRange<std::int64_t>(-4'000'000'000, 9'000'000'000);
    return *rc::gen::arbitrary<bool>() ? std::optional(WallTime(std::chrono::seconds(seconds))) : std::nullopt;
  };
  const GatePass pass{.subject = *rc::gen::nonEmpty<std::string>(),
                      .id = *rc::gen::nonEmpty<std::string>(),
                      .issuer = *rc::gen::arbitrary<std::string>(),
                      .valid_from = time(),
                      .valid_until = time(),
                      .group = *rc::gen::arbitrary<std::string>(),
                      .name = *rc::gen::arbitrary<std::string>()};
  std::string text = *write_gate_pass(pass, key_);
  const auto read = UnverifiedGatePass::read(text);
  RC_ASSERT((read.has_value() && read->has_value()));
  RC_ASSERT((*(*read)->verified_by(key_.public_key()) == pass));
  RC_ASSERT(said(*format, text) == pass.subject);
  RC_ASSERT(said(*format, text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size()))) != pass.subject);
  const auto at = *rc::gen::inRange<std::size_t>(gatepost::support::gate_pass_prefix.size(), text.size());
  const char other = *rc::gen::elementOf(std::string("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"));
  if (other == text[at]) return;
  text[at] = other;
  RC_ASSERT(said(*format, text) != pass.subject);
}

TEST_F(Passes, NeedKeysAndListsThatAreRight) {
  const auto wrong = [&](const std::string& keys) {
    const auto ring = KeyRing::parse(keys, "keys.pem");
    return ring ? "taken" : to_line(ring.error());
  };
  EXPECT_THAT(wrong(""), HasSubstr("keys.pem: there is no key in it; write the public key"));
  EXPECT_THAT(wrong(*key_.pem()), HasSubstr("key 1 is no Ed25519 public key"))
      << "a private key must not lie at a gate";
  EXPECT_THAT(wrong(*key_.public_pem() + "-----BEGIN PUBLIC KEY-----\nMC"), HasSubstr("key 2 has no end"));
  const auto list = Revocations::parse("00ff\nlost\n", "revoked");
  ASSERT_FALSE(list);
  EXPECT_THAT(to_line(list.error()), HasSubstr("revoked:2: this is no pass's id; write its hexadecimal digits"));
  const auto values = table.values({.keys = folder_.path() / "none"});
  EXPECT_FALSE(gatepost_plugin.make.credential(values, {"pass", folder_.path()}));
}

}  // namespace
