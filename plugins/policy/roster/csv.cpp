#include "csv.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace roster {

namespace {

constexpr int end_of_file = -1;

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
}

const utf8proc_uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

}  // namespace

bool valid_utf8(std::string_view text) {
  if (ascii(text)) return true;
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    const auto length = utf8proc_iterate(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (length <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

std::string composed(std::string_view text) {
  if (ascii(text)) return std::string(text);
  utf8proc_uint8_t* result = nullptr;
  const auto length = utf8proc_map(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &result,
                                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, &std::free);
  if (length < 0) return std::string(text);  // no UTF-8: equal to itself only
  return std::string(reinterpret_cast<const char*>(result), static_cast<std::size_t>(length));
}

Csv::Csv(Source source, std::string name) : source_(std::move(source)), name_(std::move(name)), buffer_(64 * 1024) {
  end_ = source_(buffer_.data(), buffer_.size());
  if (std::string_view(buffer_.data(), end_).starts_with("\xEF\xBB\xBF")) next_ = 3;
}

Result<Csv> Csv::open(const std::filesystem::path& file) {
  const std::shared_ptr<std::FILE> stream(std::fopen(file.c_str(), "rbe"),
                                          [](std::FILE* open) { return open == nullptr ? 0 : std::fclose(open); });
  if (!stream)
    return Error{"cannot read the roster: " + std::generic_category().message(errno), file.string(),
                 "put the file there and let this user read it"};
  // shared, because std::function must be copyable
  return Csv([stream](char* buffer, std::size_t size) { return std::fread(buffer, 1, size, stream.get()); },
             file.string());
}

Error Csv::error(std::string what, std::string remedy) const {
  return {std::move(what), name_ + ":" + std::to_string(line_), std::move(remedy)};
}

int Csv::peek() {
  if (next_ == end_) {
    next_ = 0;
    end_ = source_(buffer_.data(), buffer_.size());
    if (end_ == 0) return end_of_file;
  }
  return static_cast<unsigned char>(buffer_[next_]);
}

int Csv::get() {
  const int byte = peek();
  if (byte == end_of_file) return byte;
  ++next_;
  if (byte == '\n') ++line_;
  return byte;
}

Result<bool> Csv::next(std::vector<std::string>& fields) {
  while (peek() == '\n' || peek() == '\r') get();  // empty lines
  if (peek() == end_of_file) return false;
  record_line_ = line_;
  record_size_ = 0;
  for (std::size_t count = 1;; ++count) {
    if (count > max_fields)
      return error("a record has more than " + std::to_string(max_fields) + " fields", "look for a missing line end");
    if (fields.size() < count) fields.emplace_back();
    std::string& text = fields[count - 1];
    text.clear();
    if (auto read = field(text); !read) return read.error();
    if (!valid_utf8(text)) return error("a field is no UTF-8", "save the file as UTF-8");
    const int after = get();
    if (after == ',') continue;
    if (after == '\r' && peek() == '\n') get();
    fields.resize(count);
    return true;
  }
}

/// Leaves what ends the field unread: a comma, or CR or LF.
Result<void> Csv::field(std::string& text) {
  if (peek() == '"') {
    get();
    return quoted(text);
  }
  while (true) {
    const int byte = peek();
    if (byte == end_of_file)
      return error("the last line does not end; the file may have been cut off", "end the last line with a line feed");
    if (byte == ',' || byte == '\n') return {};
    get();
    if (byte == '\r') {
      if (peek() != '\n') return error("a carriage return stands alone", "end lines with CR LF or LF");
      return {};
    }
    if (byte == '"')
      return error("a quote stands inside a field", "put the whole field in quotes and double those inside");
    if (auto added = add(text, static_cast<char>(byte)); !added) return added;
  }
}

Result<void> Csv::quoted(std::string& text) {
  while (true) {
    const int byte = get();
    if (byte == end_of_file) return error("a quote is not closed", "close the quote; the file may have been cut off");
    if (byte == '"') {
      if (peek() != '"') break;
      get();
    }
    if (auto added = add(text, static_cast<char>(byte)); !added) return added;
  }
  if (peek() == '\r') {
    get();
    if (peek() != '\n') return error("a carriage return stands alone", "end lines with CR LF or LF");
  }
  if (peek() == ',' || peek() == '\n') return {};
  if (peek() == end_of_file)
    return error("the last line does not end; the file may have been cut off", "end the last line with a line feed");
  return error("something follows a closing quote", "double the quotes inside a field");
}

Result<void> Csv::add(std::string& text, char byte) {
  if (byte == '\0') return error("the file holds a NUL", "save the file as UTF-8 text");
  if (++record_size_ > max_record)
    return error("a record is longer than " + std::to_string(max_record) + " bytes", "look for an unclosed quote");
  text += byte;
  return {};
}

}  // namespace roster
