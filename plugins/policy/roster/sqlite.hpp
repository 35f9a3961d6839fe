// The little of SQLite that a roster needs.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "listing.hpp"

namespace roster {

using gatepost::Error;
using gatepost::Result;

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using Query = std::unique_ptr<sqlite3_stmt, Close>;

/// A path as SQLite's URI, in which ? # and % would mean something.
inline std::string uri_of(const std::filesystem::path& file, const char* options) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c == '?')
      uri += "%3f";
    else if (c == '#')
      uri += "%23";
    else if (c == '%')
      uri += "%25";
    else
      uri += c;
  }
  return uri + options;
}

inline Error failure(sqlite3* handle, const std::filesystem::path& file) {
  return {std::string("cannot read the roster: ") + (handle == nullptr ? "no memory" : sqlite3_errmsg(handle)),
          file.string(), "see that the file is whole and this user may read it"};
}

/// An identifier inside SQL: the site's own words, quoted all the same.
inline std::string identifier(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

inline std::string text_of(sqlite3_stmt* row, int column) {
  const auto* bytes = sqlite3_column_text(row, column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
}

inline Result<Query> prepare(sqlite3* handle, const std::string& sql, const std::filesystem::path& file) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(handle, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) != SQLITE_OK)
    return failure(handle, file);
  return Query(raw);
}

/// A SQLite roster, opened with these URI options.
Result<ListingPtr> open_disk(const std::filesystem::path& file, const char* options, const Columns& columns);

}  // namespace roster
