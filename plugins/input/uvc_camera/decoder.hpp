// Codes in a picture, by ZXing-C++ 1.4 or 3.
#pragma once

#include <array>
#include <gatepost/reading.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pixels.hpp"

namespace camera {

struct Code {
  std::string bytes{};  ///< as they stand in the code
  std::string text{};   ///< the same as UTF-8, by the character set that the code tells or that fits
  std::string aim{};    ///< AIM identifier: "]Q1"
  std::array<gatepost::Corner, 4> corners{};
  // Of one of several symbols that make one message together (structured append).
  int part = 0;           ///< from 1; 0: it stands alone
  int parts = 0;          ///< 0: it does not tell how many there are
  std::string message{};  ///< what it has in common with the others
  bool programs = false;  ///< it is for scanners, to set them up

  /// Bars: no error correction, so that a wrong read is possible.
  bool linear() const { return aim.size() > 1 && std::string_view("ACEFGIe").find(aim[1]) != std::string_view::npos; }
  bool same(const Code& other) const { return aim == other.aim && bytes == other.bytes && part == other.part; }
};

/// What to look for.
enum class Kinds { all, matrix, linear };

struct Effort {
  Kinds kinds = Kinds::all;
  bool hard = false;     ///< more rows, more candidates
  bool rotate = false;   ///< bars of any direction
  bool shrink = false;   ///< smaller copies of the picture too
  bool global = false;   ///< one threshold for the whole picture instead of local ones
  bool several = false;  ///< every code, not the first alone

  /// All that the decoder can do.
  static constexpr Effort full() { return {.hard = true, .rotate = true, .shrink = true, .several = true}; }
};

class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual std::vector<Code> read(const Luma& luma, const Effort& effort) const = 0;
  /// Whether read() finds light codes on dark ground by itself.
  virtual bool inverts() const = 0;
};

/// The words that name a symbology in settings.
std::vector<std::string_view> format_words();

/// Looks for these; null when one is no format word.
std::unique_ptr<Decoder> make_decoder(const std::vector<std::string>& formats);

}  // namespace camera
