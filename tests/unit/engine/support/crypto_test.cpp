#include <gatepost/support/crypto.hpp>

#include <gtest/gtest.h>

namespace gatepost::support {
namespace {

// RFC 4231, test cases 2 and 1.
TEST(Crypto, MakesTheHmacThatTheStandardHas) {
  EXPECT_EQ(hexadecimal(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hexadecimal(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

}  // namespace
}  // namespace gatepost::support
