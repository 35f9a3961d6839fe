// What tells one state of a file from the next.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::support {

struct FileStamp {
  std::uint64_t device = 0, inode = 0;
  std::int64_t size = 0, modified = 0, changed = 0;  ///< bytes; nanoseconds since 1970: st_mtim, st_ctim
  int code = 0;                                      ///< why there is none: ENOENT, EACCES …
  bool operator==(const FileStamp&) const = default;

  /// Opens nothing.
  static FileStamp of(const std::filesystem::path& file);
  bool is_there() const { return code == 0; }

  /// A line, and back from it.
  std::string text() const;
  static std::optional<FileStamp> parse(std::string_view text);
};

}  // namespace gatepost::support
