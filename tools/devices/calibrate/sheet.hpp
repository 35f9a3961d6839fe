// The codes of the calibration sheet, and the sheet itself.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::calibrate {

/// A code begins with GPT and its letter, and ends with its letter and TPG: letters whose keys are the same in all the
/// layouts that scanners know, so that it is recognised through a wrong one.
struct SheetCode {
  char letter = 0;
  std::string_view title{};  ///< what it is for
  std::string payload{};     ///< its bytes, markers included
};

inline constexpr char ascii_code = 'B', control_code = 'C', vietnamese_code = 'D', sixty_code = 'E', long_code = 'F';

std::vector<SheetCode> sheet_codes();

/// Modules of a QR code, row by row, without the quiet zone.
struct Qr {
  int side = 0;
  std::vector<bool> dark{};

  bool is_dark(int x, int y) const {
    return dark[static_cast<std::size_t>(y) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x)];
  }
};
Result<Qr> qr_of(const SheetCode& code);

/// A page that a browser prints: each code with what it is for.
Result<std::string> sheet_page();

/// Writes the sheet: a page (.html), or a picture of the codes alone (.png).
Result<void> write_sheet(const std::filesystem::path& file);

}  // namespace gatepost::calibrate
