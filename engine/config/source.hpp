// A site file's text and places in it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/result.hpp>

namespace gatepost::config {

/// Where something begins: a line, and a byte of that line. Both count from 0; people are shown them from 1, and the
/// column in characters.
struct Place {
  std::size_t line = 0;
  std::size_t byte = 0;
  auto operator<=>(const Place&) const = default;
};

struct Source {
  Source(std::filesystem::path name, std::string content);

  std::filesystem::path file;  ///< as its user named it
  std::string text;

  /// One line without its end; empty beyond the last.
  std::string_view line(std::size_t number) const;

  /// The column that people are shown: characters from 1.
  std::size_t column(Place place) const;

 private:
  std::vector<std::size_t> starts_;  // of the lines
};

/// A site file larger than this is refused. A hundred lanes need a tenth of it; yaml-cpp may hold 250 times a hostile
/// file's size ("[[[[…") before anything can be refused.
inline constexpr std::size_t source_limit = 128 * 1024;

/// Reads a regular file of at most source_limit bytes. Never waits: a pipe or a device is refused unopened.
Result<std::string> read_source(const std::filesystem::path& file);

}  // namespace gatepost::config
