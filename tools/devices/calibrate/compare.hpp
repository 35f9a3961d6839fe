// What came, against what the code holds.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::calibrate {

/// A place where they differ.
struct Flaw {
  std::size_t at = 0;      ///< in the code's bytes, from 0
  std::string expected{};  ///< the bytes that should be there; empty: what came is too much
  std::string got{};       ///< what came in their place; empty: they are lost
  bool operator==(const Flaw&) const = default;
};

struct Comparison {
  std::string prefix{}, suffix{};  ///< what came before and after the code
  std::vector<Flaw> flaws{};       ///< in order
  std::size_t distance = 0;        ///< bytes that are lost, wrong or too much

  std::size_t lost() const;
};

/// The reading of `got` with the fewest differences.
Comparison compare(std::string_view expected, std::string_view got);

}  // namespace gatepost::calibrate
