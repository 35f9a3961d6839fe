// What came of a scanner's bytes, in words.
#pragma once

#include <gatepost/reading.hpp>
#include <string>
#include <vector>

namespace gatepost::world {

/// Its payload, or "!damage".
inline std::string told(const Reading& reading) {
  return reading.damage == Damage::none ? reading.payload : "!" + std::string(to_word(reading.damage));
}
inline std::vector<std::string> told(const std::vector<Reading>& readings) {
  std::vector<std::string> all;
  for (const auto& reading : readings) all.push_back(told(reading));
  return all;
}

}  // namespace gatepost::world
