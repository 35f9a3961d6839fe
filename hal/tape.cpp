#include <gatepost/hal/tape.hpp>

#include <algorithm>
#include <array>
#include <boost/algorithm/hex.hpp>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>

namespace gatepost::hal {
namespace {

constexpr std::string_view first_line = "gatepost-tape 1";
constexpr std::size_t most_text = std::size_t{16} << 20;
constexpr std::size_t most_bytes = 4096;  // of an entry

using Kind = TapeEntry::Kind;

std::string_view next_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), word.size() + 1));
  return word;
}

template <class Number>
bool read_number(std::string_view word, Number& into) {
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), into);
  return failure == std::errc() && end == word.data() + word.size() && !word.empty();
}

bool read_hex(std::string_view text, std::string& into) try {
  boost::algorithm::unhex(text.begin(), text.end(), std::back_inserter(into));
  return true;
} catch (const boost::algorithm::hex_decode_error&) {
  return false;
}

std::string hex(std::string_view bytes) {
  std::string text;
  boost::algorithm::hex_lower(bytes.begin(), bytes.end(), std::back_inserter(text));
  return text;
}

bool read_entry(std::string_view line, TapeEntry& entry) {
  std::int64_t at = 0;
  if (!read_number(next_word(line), at) || at < 0 || at > std::numeric_limits<std::int64_t>::max() / 1000) return false;
  entry.at = std::chrono::microseconds(at);
  const std::string_view kind = next_word(line);
  if (kind == "key") {
    entry.kind = Kind::key;
    return read_number(next_word(line), entry.key.type) && read_number(next_word(line), entry.key.code) &&
           read_number(line, entry.key.value);
  }
  if (kind != "bytes" && kind != "report") return false;
  entry.kind = kind == "bytes" ? Kind::bytes : Kind::report;
  if (line == "lost" || line.starts_with("lost ")) {
    entry.lost = true;
    next_word(line);
  }
  return read_hex(line, entry.bytes) && entry.bytes.size() <= most_bytes && (entry.lost || !entry.bytes.empty());
}

std::string* place_of(std::string_view word, Tape& tape) {
  return word == "device"     ? &tape.device
         : word == "plugin"   ? &tape.plugin
         : word == "settings" ? &tape.settings
                              : nullptr;
}

bool read_line(std::string_view line, Tape& tape) {
  std::string_view rest = line;
  const std::string_view word = next_word(rest);
  if (auto* place = place_of(word, tape)) {
    *place = rest;
    return true;
  }
  if (word == "descriptor") return read_hex(rest, tape.descriptor) && tape.descriptor.size() <= most_bytes;
  if (word == "sealed") return read_hex(rest, tape.sealed);
  if (word == "form") {
    tape.clear = rest == "clear";
    return tape.clear || rest == "shape";
  }
  TapeEntry entry;
  if (!read_entry(line, entry) || (!tape.entries.empty() && entry.at < tape.entries.back().at)) return false;
  tape.entries.push_back(std::move(entry));
  return true;
}

std::string text_of(const TapeEntry& entry) {
  std::string line = std::to_string(entry.at.count());
  if (entry.kind == Kind::key)
    return line + " key " + std::to_string(entry.key.type) + " " + std::to_string(entry.key.code) + " " +
           std::to_string(entry.key.value) + "\n";
  line += entry.kind == Kind::bytes ? " bytes" : " report";
  if (entry.lost) line += " lost";
  if (!entry.bytes.empty()) line += " " + hex(entry.bytes);
  return line + "\n";
}

}  // namespace

Result<Tape> Tape::parse(std::string_view text) {
  Tape tape;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool good = number == 1 ? line == first_line : line.empty() || read_line(line, tape);
    if (!good)
      return Error{number == 1 ? "is no tape" : "is no line of a tape", "line " + std::to_string(number),
                   "use a file that gatepost record wrote"};
  }
  return tape;
}

Result<Tape> Tape::read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  if (in) {
    text.resize(most_text + 1);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad() || text.empty()) return Error{"cannot be read", file.string(), "name a file that gatepost record wrote"};
  if (text.size() > most_text) return Error{"is larger than 16 MiB", file.string(), "use a shorter tape"};
  auto tape = parse(text);
  if (!tape) return Error{tape.error().what, file.string() + ", " + tape.error().where, tape.error().remedy};
  return tape;
}

std::string Tape::text() const {
  std::string all = std::string(first_line) + "\n";
  for (const auto& [word, value] : {std::pair("device", device), {"plugin", plugin}, {"settings", settings}})
    if (!value.empty()) all += std::string(word) + " " + value + "\n";
  all += clear ? "form clear\n" : "form shape\n";
  if (!descriptor.empty()) all += "descriptor " + hex(descriptor) + "\n";
  for (const auto& entry : entries) all += text_of(entry);
  if (!sealed.empty()) all += "sealed " + hex(sealed) + "\n";
  return all;
}

}  // namespace gatepost::hal
