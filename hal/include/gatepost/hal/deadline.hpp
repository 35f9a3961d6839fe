// The last look at a command's deadline, right before its bytes leave.
#pragma once

#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <string>
#include <utility>

namespace gatepost::hal {

inline Error too_late(std::string where) {
  return {"the command came after its deadline and was not carried out", std::move(where),
          "look for what holds the engine or the board up, or set actuator_deadline"};
}

}  // namespace gatepost::hal
