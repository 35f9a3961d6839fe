// QR codes as cards have them: as few modules as level M takes, and as much correction as those hold.
#include "card/draw/symbol.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace gatepost::card {
namespace {

/// Error level in the format information beside the left upper finder (ISO/IEC 18004, 7.9): 1 L, 0 M, 3 Q, 2 H.
char level_of(const Symbol& symbol) {
  const bool high = !symbol.dark(0, 8), low = symbol.dark(1, 8);  // after the mask 10101…
  return std::array{'M', 'L', 'H', 'Q'}.at((high ? 2U : 0U) + (low ? 1U : 0U));
}

TEST(Symbol, TakesTheHighestLevelThatCostsNoModule) {
  EXPECT_EQ(symbol_of("E000106")->side, 21);
  EXPECT_EQ(level_of(*symbol_of("E000106")), 'H') << "10 letters fit at H";
  EXPECT_EQ(level_of(*symbol_of(std::string(16, 'A'))), 'Q');
  EXPECT_EQ(level_of(*symbol_of(std::string(20, 'A'))), 'M');
  EXPECT_EQ(symbol_of(std::string(20, 'A'))->side, 21) << "a higher level would take 25 modules";
}

// ISO/IEC 18004, table 7: version 8 at level M holds 221 alphanumeric characters, and 152 bytes.
TEST(Symbol, HoldsAPassInTheAlphanumericMode) {
  const std::string pass = "GP1:" + std::string(204, 'Z');
  EXPECT_EQ(symbol_of(pass)->side, 49);
  EXPECT_EQ(level_of(*symbol_of(pass)), 'M');
  EXPECT_GT(symbol_of(pass + "z")->side, 49) << "one small letter, and all of it takes 8 bits a character";
  EXPECT_EQ(symbol_of(std::string(34, '7'))->side, 21) << "digits have a mode of their own";
}

TEST(Symbol, IsNoneOfNothingAndOfTooMuch) {
  for (const auto& payload : {std::string(), std::string(3000, 'x'), std::string(20'000, '1')}) {
    const auto symbol = symbol_of(payload);
    ASSERT_FALSE(symbol);
    EXPECT_EQ(symbol.error().what, "it does not fit into a QR code");
  }
}

RC_GTEST_PROP(Symbol, HasThreeFindersWhateverItHolds, ()) {
  const auto payload = *rc::gen::nonEmpty<std::string>();
  const auto symbol = symbol_of(payload);
  RC_ASSERT(symbol.has_value());
  RC_ASSERT((symbol->side - 17) % 4 == 0);
  const int far = symbol->side - 7;
  for (const auto& [x, y] : std::array{std::pair{0, 0}, std::pair{far, 0}, std::pair{0, far}})
    for (int i = 0; i < 7; ++i) {
      RC_ASSERT((symbol->dark(x + i, y) && symbol->dark(x, y + i)));
      RC_ASSERT(symbol->dark(x + 3, y + 3));
    }
}

}  // namespace
}  // namespace gatepost::card
