// Against the vectors of the COSE working group and RFC 8392, where they are.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <gatepost/bytes_text.hpp>
#include <gatepost/support/base64.hpp>
#include <gatepost/support/cose.hpp>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "world/places.hpp"

namespace gatepost::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string bytes_of(std::string_view hex) { return from_hex(hex, hex.size()).value_or(std::string()); }

/// A part of a key, which the vectors write in one of two ways.
std::string part(const json::object& key, const std::string& name) {
  if (const auto* hex = key.if_contains(name + "_hex")) return bytes_of(hex->as_string());
  return base64_decode(key.at(name).as_string(), Base64::url).value();
}

PublicKey key_of(const json::object& key) {
  auto made = key.at("kty") == "EC" ? PublicKey::of_p256(part(key, "x"), part(key, "y"))
                                    : PublicKey::of_ed25519(part(key, "x"));
  return *made;
}

TEST(Cose, AgreesWithThePublishedVectors) {
  const fs::path folder = fs::path(world::source_folder()) / "../shared/data/credentials/cose";
  if (!fs::exists(folder)) GTEST_SKIP() << "the published vectors are not here";
  int passed = 0, failed = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with("cosewg")) continue;
    std::ifstream file(entry.path());
    const auto vector = json::parse(std::string(std::istreambuf_iterator<char>(file), {})).as_object();
    const auto& input = vector.at("input").as_object();
    const auto& signer = input.at("sign0").as_object();
    const auto message = CoseSign1::read(bytes_of(vector.at("output").at("cbor").as_string()));
    const bool good = message && message->is_signed_by(key_of(signer.at("key").as_object()));
    const auto* fails = vector.if_contains("fail");
    EXPECT_EQ(good, fails == nullptr || !fails->as_bool()) << entry.path();
    ++(good ? passed : failed);
  }
  EXPECT_EQ(passed, 4);
  EXPECT_EQ(failed, 3);
}

RC_GTEST_PROP(Cose, NoChangedByteIsSigned, ()) {
  static const SigningKey key = *SigningKey::generate();
  static const SigningKey other = *SigningKey::generate();
  const auto payload = *rc::gen::arbitrary<std::string>();
  std::string bytes = *cose_sign1(payload, "key", key);
  const auto message = CoseSign1::read(bytes);
  RC_ASSERT(message.has_value());
  RC_ASSERT(message->payload == payload);
  RC_ASSERT(message->key_id() == "key");
  RC_ASSERT(message->is_signed_by(key.public_key()));
  RC_ASSERT_FALSE(message->is_signed_by(other.public_key()));
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[at] = static_cast<char>(bytes[at] ^ (1 << *rc::gen::inRange(0, 8)));
  const auto changed = CoseSign1::read(bytes);
  // The unprotected header alone is not signed, and it is empty.
  RC_ASSERT_FALSE((changed.has_value() && changed->is_signed_by(key.public_key())));
}

TEST(Cose, IsReadUnderItsTagsAndNoOthers) {
  const auto key = SigningKey::generate();
  const std::string bytes = *cose_sign1("payload", "k", *key);
  for (const char* tags : {"", "d2", "d83dd2", "d83d"}) EXPECT_TRUE(CoseSign1::read(bytes_of(tags) + bytes)) << tags;
  for (const char* tags : {"d2d2", "d2d83d", "d9d9f7", "d1"})
    EXPECT_FALSE(CoseSign1::read(bytes_of(tags) + bytes)) << tags;
}

TEST(SigningKey, ComesBackFromItsPem) {
  const auto key = SigningKey::generate();
  ASSERT_TRUE(key);
  const auto again = SigningKey::of_pem(*key->pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_key().ed25519(), key->public_key().ed25519());
  const auto shown = PublicKey::of_pem(*key->public_pem());
  ASSERT_TRUE(shown);
  EXPECT_TRUE(shown->verifies(SignatureAlgorithm::eddsa, "text", *again->sign("text")));
  EXPECT_FALSE(shown->verifies(SignatureAlgorithm::eddsa, "Text", *again->sign("text")));
  EXPECT_FALSE(shown->verifies(SignatureAlgorithm::es256, "text", *again->sign("text")));
  EXPECT_FALSE(shown->verifies(SignatureAlgorithm::ps256, "text", *again->sign("text")));
  EXPECT_FALSE(SigningKey::of_pem(*key->public_pem()));
  EXPECT_FALSE(PublicKey::of_pem("hello"));
  EXPECT_FALSE(PublicKey::of_certificate("hello"));
  EXPECT_FALSE(PublicKey::of_ed25519("short"));
  EXPECT_FALSE(PublicKey::of_p256(std::string(32, '\1'), std::string(32, '\2'))) << "not on the curve";
}

}  // namespace
}  // namespace gatepost::support
