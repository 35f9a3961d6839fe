#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <rapidcheck/gtest.h>
#include <gatepost/support/base64.hpp>

namespace gatepost::support {
namespace {

std::string standard(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

RC_GTEST_PROP(Base64Text, GivesBackAnyBytes, (const std::string& bytes)) {
  std::string text = standard(bytes);
  RC_ASSERT(base64_decode(text, Base64::standard) == bytes);
  text.resize(text.find_last_not_of('=') + 1);
  RC_ASSERT(base64_decode(text, Base64::standard) == bytes);
  for (char& letter : text) letter = letter == '+' ? '-' : letter == '/' ? '_' : letter;
  RC_ASSERT(base64_decode(text, Base64::url) == bytes);
}

TEST(Base64Text, RefusesWhatIsNone) {
  for (const char* text :
       {"A", "AB=", "ABC==", "A===", "AB==C", "====", "AB C", "AB\n=", "AR==", "ABB=", "AA-_", "=A=="})
    EXPECT_FALSE(base64_decode(text, Base64::standard)) << text;
  for (const char* text : {"AA==", "AA+/", "AAAAA", "A*AA"}) EXPECT_FALSE(base64_decode(text, Base64::url)) << text;
}

}  // namespace
}  // namespace gatepost::support
