#include "ical_blocks.hpp"

#include <algorithm>
#include <cctype>

#include <gatepost/support/text.hpp>

namespace visit {
namespace {

using gatepost::Error;
using gatepost::Result;

constexpr std::size_t deepest = 8;
constexpr std::size_t most_zones = 500;
constexpr const char* export_again = "export the calendar again, or take this line out";

bool same_word(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, [](char a, char b) {
    return std::toupper(static_cast<unsigned char>(a)) == std::toupper(static_cast<unsigned char>(b));
  });
}

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

// The colon before the value: not one within a parameter's quotes.
std::size_t colon_of(std::string_view text) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == ':' && !quoted) return at;
  }
  return text.size();
}

/// Line by line, what is folded made one.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  /// False at the end.
  bool next(IcalLine& line) {
    do {
      if (rest_.empty()) return false;
      line = {.number = ++number_, .text = std::string(take())};
    } while (line.text.empty());
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      ++number_;
      line.text += take().substr(1);
    }
    return true;
  }

 private:
  std::string_view take() {
    const auto end = rest_.find('\n');
    auto line = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }
  std::string_view rest_;
  std::uint64_t number_ = 0;
};

/// Takes lines one by one.
class Cutter {
 public:
  Cutter(const std::string& file, const Limits& limits) : file_(file), limits_(limits) {}

  Result<void> take(IcalLine line) {
    if (line.text.size() > limits_.line) return wrong(line, "this line is too long");
    if (line.is("BEGIN")) return begins(line);
    if (line.is("END")) return ends(line);
    if (within_.empty()) return wrong(line, "this line stands in no calendar");
    if (within_.size() == 1 && line.is("METHOD")) cancels_ = same_word(line.value(), "CANCEL");
    if (is_event() && within_.size() == 2)
      blocks.events.back().lines.push_back(std::move(line));
    else if (is_zone())
      blocks.zones.back().lines.push_back(std::move(line));
    return {};
  }
  const std::vector<std::string>& within() const { return within_; }

  IcalBlocks blocks;

 private:
  bool is_event() const { return within_.size() >= 2 && within_[1] == "VEVENT"; }
  bool is_zone() const { return within_.size() >= 2 && within_[1] == "VTIMEZONE"; }

  Result<void> begins(const IcalLine& line) {
    std::string name(line.value());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (within_.empty() != (name == "VCALENDAR")) return wrong(line, "this begins in a place where it cannot");
    if (within_.size() == deepest) return wrong(line, "too much stands in one another");
    if (within_.empty()) cancels_ = false;
    if (is_zone()) blocks.zones.back().lines.push_back(line);
    within_.push_back(name);
    if (within_.size() != 2) return {};
    if (is_event()) blocks.events.push_back({.line = line.number, .is_cancelled = cancels_});
    if (is_zone()) blocks.zones.push_back({.line = line.number});
    if (blocks.events.size() > limits_.events || blocks.zones.size() > most_zones)
      return ical_error(file_, line.number,
                        "there are more than " + std::to_string(limits_.events) +
                            " events, or more "
                            "than " +
                            std::to_string(most_zones) + " time zones",
                        "take out those that are over");
    return {};
  }

  Result<void> ends(const IcalLine& line) {
    if (within_.empty() || !same_word(line.value(), within_.back())) return wrong(line, "this ends what has not begun");
    within_.pop_back();
    if (is_zone()) blocks.zones.back().lines.push_back(line);
    return {};
  }

  Error wrong(const IcalLine& line, std::string what) const {
    return ical_error(file_, line.number, std::move(what), export_again);
  }

  const std::string& file_;
  const Limits& limits_;
  std::vector<std::string> within_;
  bool cancels_ = false;
};

}  // namespace

Error ical_error(const std::string& file, std::uint64_t line, std::string what, std::string remedy) {
  return {std::move(what), file + ":" + std::to_string(line), std::move(remedy)};
}

std::string_view IcalLine::name() const {
  const std::string_view all = text;
  return all.substr(0, all.find_first_of(";:"));
}

std::string_view IcalLine::value() const {
  const auto colon = colon_of(text);
  return std::string_view(text).substr(std::min(colon + 1, text.size()));
}

bool IcalLine::is(std::string_view wanted) const { return same_word(name(), wanted); }

std::string IcalLine::plain_text() const {
  std::string plain;
  bool escaped = false;
  for (const char c : value()) {
    if (escaped)
      plain += c == 'n' || c == 'N' ? '\n' : c;
    else if (c != '\\')
      plain += c;
    escaped = !escaped && c == '\\';
  }
  return plain;
}

std::string IcalBlock::text(std::string_view component) const {
  std::string whole = "BEGIN:" + std::string(component) + "\r\n";
  for (const IcalLine& one : lines) whole += one.text + "\r\n";
  return whole + "END:" + std::string(component) + "\r\n";
}

bool is_ical(std::string_view text) {
  constexpr std::string_view begin = "BEGIN:VCALENDAR";
  return same_word(gatepost::support::trimmed(without_mark(text)).substr(0, begin.size()), begin);
}

Result<IcalBlocks> blocks_of(std::string_view text, const std::string& file, const Limits& limits) {
  text = without_mark(text);
  if (!gatepost::support::valid_utf8(text) || text.find('\0') != text.npos)
    return Error{"is no UTF-8 text", file, "export the calendar as UTF-8"};
  Cutter cutter(file, limits);
  Lines lines(text);
  IcalLine line;
  while (lines.next(line))
    if (auto taken = cutter.take(std::move(line)); !taken) return taken.error();
  if (!cutter.within().empty())
    return Error{"the calendar does not end: the file is not whole", file, "export the calendar again"};
  return std::move(cutter.blocks);
}

}  // namespace visit
