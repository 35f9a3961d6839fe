// Comma-separated values as RFC 4180 has them and as spreadsheets write them, read in one pass with bounded memory.
//
// What separates fields is found in the first line: `sep=;` says it, else it is whichever of comma, semicolon and tab
// stands there most often. Text is UTF-8, or UTF-16 with a byte order mark. Lines end with LF, CR LF, or all with CR.
// Stricter than the RFC where laxness would hide damage: the last line ends too, a quote stands only around a whole
// field, and no field holds a NUL.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/result.hpp>

namespace gatepost::support {

inline constexpr std::size_t max_record = 64 * 1024;  ///< bytes of one record with all its lines
inline constexpr std::size_t max_fields = 256;

/// Fills the buffer and returns how many bytes came; 0 at the end.
using ByteSource = std::function<std::size_t(char* buffer, std::size_t size)>;

class Csv {
 public:
  /// `name` is what errors call it.
  Csv(ByteSource source, std::string name);

  /// Of a text that was read already.
  static Csv of(std::string text, std::string name);
  /// Opens a file; an Error when it cannot.
  static Result<Csv> open(const std::filesystem::path& file);

  /// The next record into `fields`; false at the end. Empty lines are passed over. After an Error: do not call again.
  Result<bool> next(std::vector<std::string>& fields);

  /// The line on which the last record began, from 1.
  std::uint64_t line() const { return record_line_; }

  /// About the line that is being read.
  Error error(std::string what, std::string remedy) const;
  /// About the record that was read last.
  Error record_error(std::string what, std::string remedy) const;
  /// About one of its fields: with the line and the character at which that begins.
  Error field_error(std::size_t field, std::string what, std::string remedy) const;

 private:
  /// From 1; characters are counted as text editors do, not bytes.
  struct Spot {
    std::uint64_t line = 1, column = 1;
  };
  Error error_at(const Spot& spot, std::string what, std::string remedy) const;
  void fill();
  void find_separator();
  bool at_line_end();
  bool skip_line_end();
  int get();
  int peek();
  Result<void> field(std::string& text);
  Result<void> quoted(std::string& text);
  Result<void> add(std::string& text, char byte);

  ByteSource source_;
  std::string name_;
  std::vector<char> buffer_;
  std::size_t next_ = 0, end_ = 0;
  Spot here_, last_;         ///< of the next byte, of the last one
  std::vector<Spot> spots_;  ///< of the record's fields
  std::uint64_t record_line_ = 1;
  std::size_t record_size_ = 0;
  char separator_ = ',';
  bool ends_with_cr_ = false;
};

}  // namespace gatepost::support
