// A site file's text and places in it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <gatepost/result.hpp>

namespace gatepost::config {

/// Where something begins: a line, and a byte of that line. Both count from 0; people are shown them from 1, and the
/// column in characters.
struct Place {
  std::size_t line = 0;
  std::size_t byte = 0;
  std::size_t file = 0;  ///< 0 is the site file; those that it includes follow, in the order of their reading

  bool operator==(const Place&) const = default;
  auto operator<=>(const Place& other) const {
    return std::tie(file, line, byte) <=> std::tie(other.file, other.line, other.byte);
  }
};

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct Source {
  /// A byte order mark at the beginning of `content` is no part of the text.
  Source(std::filesystem::path name, std::string content);

  std::filesystem::path file;  ///< as its user named it
  std::string text;
  /// It was included, and others may not read it: whoever asks may see what is wrong there only because gatepost has
  /// the right to. None of it is shown.
  bool closed = false;

  /// One line without its end; empty beyond the last.
  std::string_view line(std::size_t number) const;

  /// The column that people are shown: characters from 1.
  std::size_t column(Place place) const;

 private:
  std::vector<std::size_t> starts_;  // of the lines
};

/// "line 12" for somebody who looks at `from`, "shared/lanes.yaml line 12" when that is in another file.
std::string line_text(std::span<const Source> sources, Place place, Place from);

/// A file's name as a message may repeat it.
std::string shown_path(const std::string& path);

/// A site file larger than this, with all that it includes, is refused. A hundred lanes need a tenth of it; yaml-cpp
/// may hold 250 times a hostile file's size ("[[[[…") before anything can be refused.
inline constexpr std::size_t source_limit = 128 * 1024;

inline constexpr std::string_view site_file = "site file";

/// Where relative paths begin that stand in that file; absolute.
std::filesystem::path folder_of(const std::filesystem::path& file);

/// Whether others than its owner and group may not read that file.
bool is_closed_to_others(const std::filesystem::path& file);

/// Reads a regular file of at most source_limit bytes. Never waits: a pipe or a device is refused unopened. `kind`:
/// what it is, for messages.
Result<std::string> read_source(const std::filesystem::path& file, std::string_view kind = site_file);

}  // namespace gatepost::config
