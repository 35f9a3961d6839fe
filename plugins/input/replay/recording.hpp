// Readings in a file, one JSON object a line; README.md describes the format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gatepost/reading.hpp>
#include <gatepost/result.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace replay {

/// A longer line is refused before it is read whole.
inline constexpr std::size_t longest_line = 64 * 1024;

/// Beyond a year a recording is a mistake in the unit.
inline constexpr std::int64_t latest_us = 366LL * 24 * 3600 * 1'000'000;

struct Entry {
  std::chrono::microseconds at{};  ///< since the recording began
  gatepost::Reading reading{};     ///< without its times
};

/// One line, without its end. The Error's `where` is empty: the caller knows the file and the line.
gatepost::Result<Entry> parse_line(std::string_view line);

/// One line with its end; parse_line gives the same Entry back. Payloads that are UTF-8 stand as text, others in
/// base64.
std::string to_line(const Entry& entry);

/// Reads a recording from its beginning, a line at a time.
class Reader {
 public:
  static gatepost::Result<Reader> open(const std::filesystem::path& file);

  /// The next Reading; nothing at the end. An Error names file:line. Empty lines and lines that begin with # are passed
  /// over; times never go back.
  gatepost::Result<std::optional<Entry>> next();

 private:
  explicit Reader(std::filesystem::path file) : file_(std::move(file)), in_(file_, std::ios::binary) {}
  gatepost::Result<bool> read_line();
  gatepost::Error at_line(gatepost::Error error) const;

  std::filesystem::path file_;
  std::ifstream in_;
  std::string line_;
  std::size_t number_ = 0;
  std::chrono::microseconds last_{};
};

}  // namespace replay
