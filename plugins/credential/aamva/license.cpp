#include "license.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <gatepost/support/calendar.hpp>
#include <gatepost/support/text.hpp>

namespace aamva {

namespace {

namespace support = gatepost::support;
using support::is_digits;
using Day = std::optional<std::chrono::year_month_day>;

constexpr std::size_t file_type_digits = 5, issuer_digits = 6, designator_digits = 10, name_digits = 3;

bool is_file_type(std::string_view text) { return text.starts_with("ANSI ") || text.starts_with("AAMVA"); }

/// Where the file type stands, among the first characters; npos: nowhere.
std::size_t file_type_in(std::string_view payload) {
  constexpr std::size_t before_it = 4;
  for (std::size_t at = 0; at <= before_it && at < payload.size(); ++at)
    if (is_file_type(payload.substr(at))) return at;
  return std::string_view::npos;
}

// @, LF, RS, CR; the first version of the standard has FS in place of RS on some cards.
bool has_its_controls(std::string_view payload) {
  return payload.starts_with("@\n\x1E\r") || payload.starts_with("@\n\x1C\r");
}

// With a file type alone, a line of text could begin so.
bool has_the_shape(std::string_view payload) {
  const auto at = file_type_in(payload);
  return at != std::string_view::npos &&
         (payload.starts_with('@') || is_digits(payload.substr(at + file_type_digits, issuer_digits), issuer_digits));
}

bool is_name(std::string_view text) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return text.size() == name_digits && upper(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return upper(c) || (c >= '0' && c <= '9'); });
}

std::string_view without_blanks(std::string_view value) {
  while (value.ends_with(' ')) value.remove_suffix(1);
  while (value.starts_with(' ')) value.remove_prefix(1);
  return value;
}

/// Older cards are ISO 8859-1.
std::string text_of(std::string_view bytes) {
  const auto text = support::valid_utf8(bytes) ? std::string(bytes) : support::utf8_of_latin1(bytes);
  return support::composed(text).value_or(std::string());
}

/// Reads one code; each part is a step that may find the first fault.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Fault> read() {
    if (!has_its_controls(text_)) return Fault::controls_lost;
    std::size_t entries = 0;
    if (const auto fault = take_header(entries)) return fault;
    for (; entries > 0; --entries)
      if (const auto fault = take_subfile()) return fault;
    if (!identifies_) return Fault::subfile;
    license.number = support::composed_capitals(value_of(license, "DAQ")).value_or(std::string());
    if (license.number.empty()) return Fault::number;
    return take_dates();
  }

  License license;

 private:
  std::optional<std::string_view> digits(std::size_t count) {
    const auto taken = text_.substr(std::min(next_, text_.size()), count);
    if (!is_digits(taken, count)) return std::nullopt;
    next_ += count;
    return taken;
  }

  std::optional<Fault> take_header(std::size_t& entries) {
    next_ = file_type_in(text_);
    if (next_ == std::string_view::npos) return Fault::header;
    next_ += file_type_digits;
    const auto issuer = digits(issuer_digits);
    const auto version = digits(2);
    const auto of_issuer = version && *version >= "02" ? digits(2) : version;  // the first version has none
    const auto count = digits(2);
    if (!issuer || !of_issuer || !count || *count == "00") return Fault::header;
    license.issuer = *issuer;
    entries = static_cast<std::size_t>(std::stoi(std::string(*count)));
    return {};
  }

  std::optional<Fault> take_subfile() {
    const auto type = text_.substr(std::min(next_, text_.size()), 2);
    next_ += type.size();
    const auto offset_digits = digits(4), length_digits = digits(designator_digits - 6);
    if (!offset_digits || !length_digits) return Fault::header;
    const auto offset = static_cast<std::size_t>(std::stoi(std::string(*offset_digits)));
    const auto end = offset + static_cast<std::size_t>(std::stoi(std::string(*length_digits)));
    // The CR at the very end is a line end to many a scanner, and is not given.
    if (offset >= text_.size() || end > text_.size() + 1 || text_.substr(offset, 2) != type) return Fault::subfile;
    auto lines = text_.substr(offset + 2);
    const auto close = lines.find('\r');
    if (close == std::string_view::npos && end != text_.size() + 1) return Fault::subfile;
    identifies_ = identifies_ || type == "DL" || type == "ID";
    for (const auto line : support::split(lines.substr(0, close), '\n'))
      if (const auto fault = take_element(line)) return fault;
    return {};
  }

  std::optional<Fault> take_element(std::string_view line) {
    if (line.empty()) return {};
    if (!is_name(line.substr(0, name_digits))) return Fault::element;
    auto value = text_of(without_blanks(line.substr(name_digits)));
    if (support::has_controls(value)) return Fault::control_chars;
    const auto [kept, fresh] = license.elements.emplace(line.substr(0, name_digits), value);
    if (!fresh && kept->second != value) return Fault::twice;
    return {};
  }

  std::optional<Fault> take_dates() {
    for (const auto& [element, into] :
         {std::pair{"DBB", &license.birth}, std::pair{"DBD", &license.issued}, std::pair{"DBA", &license.expires}}) {
      const auto value = value_of(license, element);
      if (value.empty()) continue;
      *into = day_of(value);
      if (!*into) return Fault::date;
    }
    return {};
  }

  // MMDDCCYY in the United States, CCYYMMDD in Canada. Without a country: no month and day make a year after 1231.
  Day day_of(std::string_view value) const {
    if (!is_digits(value, 8)) return std::nullopt;
    const auto country = value_of(license, "DCG");
    const bool year_first = country == "CAN" || (country != "USA" && value.substr(0, 4) > "1231");
    return year_first ? support::day_of(value.substr(0, 4), value.substr(4, 2), value.substr(6))
                      : support::day_of(value.substr(4), value.substr(0, 2), value.substr(2, 2));
  }

  std::string_view text_;
  std::size_t next_ = 0;
  bool identifies_ = false;
};

}  // namespace

std::string_view to_word(Fault fault) {
  constexpr std::array words{"controls_lost", "header", "subfile", "element",
                             "control_chars", "twice",  "number",  "date"};
  return words.at(static_cast<std::size_t>(fault));
}

std::variant<License, Refusal> read(std::string_view payload) {
  Reader reader(payload);
  if (const auto fault = reader.read()) return Refusal{*fault, has_the_shape(payload)};
  return std::move(reader.license);
}

std::string value_of(const License& license, std::string_view element) {
  const auto found = license.elements.find(element);
  if (found == license.elements.end() || found->second == "NONE" || found->second == "unavl") return {};
  return found->second;
}

}  // namespace aamva
