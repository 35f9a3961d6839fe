#include <cerrno>
#include <gatepost/support/csv.hpp>
#include <gatepost/support/text.hpp>
#include <gatepost/support/utf16.hpp>
#include <map>
#include <system_error>
#include <utility>

namespace gatepost::support {

namespace {

constexpr int end_of_file = -1;
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

/// Of a first line `sep=;`, as spreadsheets take it; in quotes where one wrote it. NUL: it is another.
char told_separator(std::string_view line) {
  if (line.size() == 7 && line.front() == '"' && line.back() == '"') line = line.substr(1, 5);
  return line.size() == 5 && line.starts_with("sep=") ? line[4] : '\0';
}

/// What was read already, then the rest.
ByteSource prefixed(std::string begun, ByteSource rest) {
  return
      [begun = std::move(begun), rest = std::move(rest), at = std::size_t{0}](char* buffer, std::size_t size) mutable {
        if (at == begun.size()) return rest(buffer, size);
        const std::size_t given = begun.copy(buffer, size, at);
        at += given;
        return given;
      };
}

}  // namespace

Csv::Csv(ByteSource source, std::string name) : source_(std::move(source)), name_(std::move(name)), buffer_(64 * 1024) {
  fill();
  const std::string_view begun(buffer_.data(), end_);
  if (begun.starts_with(utf8_mark)) {
    next_ = utf8_mark.size();
  } else if (begun.starts_with("\xFF\xFE") || begun.starts_with("\xFE\xFF")) {
    source_ = utf8_of_utf16(prefixed(std::string(begun.substr(2)), std::move(source_)), begun[0] == '\xFE');
    fill();
  }
  find_separator();
}

// As much as there is room for, however the source gives it: the first line is looked at as a whole.
void Csv::fill() {
  end_ = 0;
  while (end_ < buffer_.size()) {
    const std::size_t size = source_(buffer_.data() + end_, buffer_.size() - end_);
    if (size == 0) return;
    end_ += size;
  }
}

// The first line decides, as far as it stands in the buffer; what stands in quotes does not.
void Csv::find_separator() {
  const std::string_view begun(buffer_.data() + next_, end_ - next_);
  std::map<char, int> count;
  bool quoted = false;
  std::size_t end = 0;
  for (; end < begun.size(); ++end) {
    quoted = quoted != (begun[end] == '"');
    if (quoted) continue;
    if (begun[end] == '\r' || begun[end] == '\n') break;
    ++count[begun[end]];
  }
  ends_with_cr_ = begun.substr(end).starts_with('\r') && !begun.substr(end).starts_with("\r\n");
  if (const char told = told_separator(begun.substr(0, end)); told != '\0') {
    separator_ = told;
    next_ += end;
    skip_line_end();
    return;
  }
  for (const char candidate : {';', '\t'})
    if (count[candidate] > count[separator_]) separator_ = candidate;
}

Csv Csv::of(std::string text, std::string name) {
  return {prefixed(std::move(text), [](char*, std::size_t) { return std::size_t{0}; }), std::move(name)};
}

Result<Csv> Csv::open(const std::filesystem::path& file) {
  const std::shared_ptr<std::FILE> stream(std::fopen(file.c_str(), "rbe"),
                                          [](std::FILE* open) { return open == nullptr ? 0 : std::fclose(open); });
  if (!stream)
    return Error{"cannot read the list: " + std::generic_category().message(errno), file.string(),
                 "put the file there and let this user read it"};
  // shared, because std::function must be copyable
  return Csv([stream](char* buffer, std::size_t size) { return std::fread(buffer, 1, size, stream.get()); },
             file.string());
}

Error Csv::error(std::string what, std::string remedy) const {
  return error_at(last_, std::move(what), std::move(remedy));
}

Error Csv::record_error(std::string what, std::string remedy) const {
  return {std::move(what), name_ + ":" + std::to_string(record_line_), std::move(remedy)};
}

Error Csv::field_error(std::size_t field, std::string what, std::string remedy) const {
  return error_at(spots_.at(field), std::move(what), std::move(remedy));
}

Error Csv::error_at(const Spot& spot, std::string what, std::string remedy) const {
  return {std::move(what), name_ + ":" + std::to_string(spot.line) + ":" + std::to_string(spot.column),
          std::move(remedy)};
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
  last_ = here_;
  if (byte == (ends_with_cr_ ? '\r' : '\n'))
    here_ = {here_.line + 1, 1};
  else if ((byte & 0xC0) != 0x80)  // of a character of several bytes the first one counts
    ++here_.column;
  return byte;
}

bool Csv::at_line_end() { return peek() == (ends_with_cr_ ? '\r' : '\n'); }

/// False where something else stands there.
bool Csv::skip_line_end() {
  if (!ends_with_cr_ && peek() == '\r') get();
  if (!at_line_end()) return false;
  get();
  return true;
}

Result<bool> Csv::next(std::vector<std::string>& fields) {
  while (peek() == '\n' || peek() == '\r') get();  // empty lines
  if (peek() == end_of_file) return false;
  record_line_ = here_.line;
  record_size_ = 0;
  spots_.clear();
  for (std::size_t count = 1;; ++count) {
    if (count > max_fields)
      return error("a record has more than " + std::to_string(max_fields) + " fields", "look for a missing line end");
    if (fields.size() < count) fields.emplace_back();
    std::string& text = fields[count - 1];
    text.clear();
    spots_.push_back(here_);
    if (auto read = field(text); !read) return read.error();
    if (!valid_utf8(text)) return field_error(count - 1, "a field is no UTF-8", "save the file as UTF-8");
    if (peek() != separator_) {
      skip_line_end();
      fields.resize(count);
      return true;
    }
    get();
  }
}

/// Leaves what ends the field unread: the separator, or LF, or CR where lines end so.
Result<void> Csv::field(std::string& text) {
  if (peek() == '"') {
    get();
    return quoted(text);
  }
  while (true) {
    const int byte = peek();
    if (byte == end_of_file)
      return error("the last line does not end; the file may have been cut off", "end the last line with a line feed");
    if (byte == separator_ || at_line_end()) return {};
    get();
    if (byte == '\r') {
      if (!at_line_end()) return error("a carriage return stands alone", "end all lines alike: with CR LF, LF or CR");
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
  if (!ends_with_cr_ && peek() == '\r') {
    get();
    if (!at_line_end()) return error("a carriage return stands alone", "end all lines alike: with CR LF, LF or CR");
  }
  if (peek() == separator_ || at_line_end()) return {};
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

}  // namespace gatepost::support
