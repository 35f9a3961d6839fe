// What a gate can be in.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gatepost/time.hpp>
#include <string_view>

namespace gatepost::core {

enum class GateState : std::uint8_t {
  unknown,    ///< not known to be shut: nothing is released
  at_rest,    ///< shut, and can be released
  moving,     ///< the board is being told to open
  open,       ///< for one passage
  held_open,  ///< an alarm keeps it open
};

constexpr std::string_view to_word(GateState state) {
  constexpr std::array words{"not_ready", "at_rest", "moving", "open", "held_open"};
  return words.at(static_cast<std::size_t>(state));
}

/// How long after a release's deadline the gate has told what came of it, whatever its board does.
inline constexpr Duration gate_answers_within = std::chrono::milliseconds(400);

}  // namespace gatepost::core
