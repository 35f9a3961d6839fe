// One scan of one code of the sheet: what it tells of the scanner.
#pragma once

#include <array>
#include <gatepost/hal/keyboard.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devices/calibrate/compare.hpp"
#include "devices/calibrate/sheet.hpp"
#include "devices/calibrate/take.hpp"

namespace gatepost::calibrate {

std::string_view to_word(hal::KeyLayout layout);

/// What a scanner that types may be set to.
struct Typing {
  hal::KeyLayout layout{};
  bool caps_lock = false;  ///< it types as if Caps Lock were on: capitals and small letters change places
  bool operator==(const Typing&) const = default;
};

/// One way to read a scan.
struct Way {
  std::optional<Typing> typing{};  ///< nothing: it does not type
  std::string got{};               ///< the bytes, read so
  Comparison comparison{};
};

struct Diagnosis {
  char letter = 0;               ///< of the sheet's code
  std::vector<Way> ways{};       ///< the one that is believed first
  std::vector<Typing> typing{};  ///< of one that types: all that explain the keys equally well, the likeliest first
  bool alt_mode = false;         ///< it types each character's number on the keypad
  std::size_t size = 0;          ///< bytes of the code
  double rate = 0;               ///< characters a second; 0: not known
  Duration longest_gap{};        ///< within the scan
  bool lost = false;             ///< the kernel dropped some of it

  const std::string& got() const { return ways.front().got; }
  const Comparison& comparison() const { return ways.front().comparison; }
  /// Other scans have told how it types.
  void believe(const Typing& known);

  bool whole() const { return comparison().distance == 0; }
  /// Whether it is another layout than those known here that the scanner types, or worse.
  bool is_garbled() const { return comparison().distance * 5 > size; }
};

/// The layouts that a scanner may type for, in the order of KeyLayout.
using KeyMaps = std::array<std::shared_ptr<const hal::KeyMap>, 4>;
/// An Error where the machine lacks their data.
Result<KeyMaps> load_key_maps();

/// Nothing: it is none of the sheet's codes, as far as it can be recognised.
std::optional<Diagnosis> diagnose(const Take& take, const KeyMaps& maps);

}  // namespace gatepost::calibrate
