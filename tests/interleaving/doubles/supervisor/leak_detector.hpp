// In place of what counts an Input's threads and descriptors: an Input leaks now and then.
#pragma once

#include <gatepost/result.hpp>
#include <optional>
#include <string>

#include "scenario.hpp"

namespace gatepost::supervisor {

class LeakDetector {
 public:
  explicit LeakDetector(const std::string&) {}
  static void begin() {}
  static std::optional<Error> end() {
    if (interleaving::draw(10) > 0) return {};
    return Error{"leaks", "device", "wait"};
  }
  static bool too_much() { return false; }
};

}  // namespace gatepost::supervisor
