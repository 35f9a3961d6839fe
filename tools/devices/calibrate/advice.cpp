#include "devices/calibrate/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <gatepost/support/printable.hpp>
#include <optional>

namespace gatepost::calibrate {
namespace {

using namespace std::chrono_literals;

constexpr Duration usual_idle = 100ms;  // what the plugins take where nothing is said
constexpr std::size_t shown_flaws = 6;

std::string shown(std::string_view text) { return support::printable(text, 60); }

std::string bytes_text(std::string_view bytes) {
  constexpr std::size_t most = 40;
  return "\"" + escaped(bytes.substr(0, most)) + (bytes.size() > most ? "…\"" : "\"");
}

std::string layouts_text(const std::vector<Typing>& typing) {
  std::string text;
  for (const Typing& one : typing) {
    if (one.caps_lock != typing.front().caps_lock) continue;
    text += (text.empty() ? "" : " or ") + std::string(to_word(one.layout));
  }
  return text;
}

std::string flaws_text(const Comparison& comparison) {
  std::string text;
  for (std::size_t i = 0; i < std::min(comparison.flaws.size(), shown_flaws); ++i) {
    const Flaw& flaw = comparison.flaws[i];
    text += text.empty() ? "" : "; ";
    if (flaw.got.empty())
      text += fmt::format("lost at byte {}: {}", flaw.at + 1, bytes_text(flaw.expected));
    else if (flaw.expected.empty())
      text += fmt::format("too much at byte {}: {}", flaw.at + 1, bytes_text(flaw.got));
    else
      text += fmt::format("at byte {} {} in place of {}", flaw.at + 1, bytes_text(flaw.got), bytes_text(flaw.expected));
  }
  if (comparison.flaws.size() > shown_flaws)
    text += fmt::format("; and {} more", comparison.flaws.size() - shown_flaws);
  return text;
}

/// The same in every scan, or nothing.
std::optional<std::string> common(const std::map<char, Diagnosis>& seen, std::string Comparison::*part) {
  std::optional<std::string> found;
  for (const auto& [letter, diagnosis] : seen) {
    const std::string& mine = diagnosis.comparison().*part;
    if (found && *found != mine) return {};
    found = mine;
  }
  return found;
}

bool is_aim(std::string_view text) { return text.size() == 3 && text[0] == ']' && text[1] > ' ' && text[2] > ' '; }

/// Gathers words and settings.
class Adviser {
 public:
  Adviser(const Scanner& scanner, std::map<char, Diagnosis> seen) : scanner_(scanner), seen_(std::move(seen)) {}

  Advice advise() {
    for (const auto& [letter, diagnosis] : seen_) types_ = types_ || !diagnosis.typing.empty();
    settings_ = fmt::format("plugin: {}, device: \"{}\"", scanner_.plugin, scanner_.address);
    if (!scanner_.more.empty()) settings_ += ", " + scanner_.more;
    layout();
    before();
    after();
    pauses();
    controls();
    losses();
    missing();
    if (types_ && cannot_carry_) say_mode();
    return {words_, "devices:\n  scanner: { " + settings_ + " }\n", good_ && seen_.size() == sheet_codes().size()};
  }

 private:
  void say(std::string words) { words_.push_back(std::move(words)); }
  void complain(std::string words) {
    good_ = false;
    say(std::move(words));
  }
  void set(const std::string& key, const std::string& value) { settings_ += ", " + key + ": " + value; }
  const Diagnosis* of(char letter) const {
    const auto found = seen_.find(letter);
    return found == seen_.end() ? nullptr : &found->second;
  }

  // What explains every scan that was typed.
  std::vector<Typing> typing() const {
    std::vector<Typing> left;
    bool first = true;
    for (const auto& [letter, diagnosis] : seen_) {
      if (diagnosis.is_garbled() || diagnosis.typing.empty() || letter == vietnamese_code) continue;
      if (std::exchange(first, false)) {
        left = diagnosis.typing;
        continue;
      }
      const auto& fitting = diagnosis.typing;
      std::erase_if(left, [&fitting](const Typing& one) { return std::ranges::count(fitting, one) == 0; });
    }
    return left;
  }

  void layout() {
    if (!types_) return;
    const bool numbers = std::ranges::any_of(seen_, [](const auto& one) { return one.second.alt_mode; });
    if (numbers) {
      say("it types the number of each character on the keypad (Alt mode): right on every layout, and slow");
      return;
    }
    const auto all = typing();
    if (all.empty()) {
      complain(
          "no layout that is known here (us, uk, de, fr) explains what it types: set it to one of them, or to "
          "Alt, serial or POS mode, with a code of its manual");
      return;
    }
    for (auto& [letter, diagnosis] : seen_) diagnosis.believe(all.front());
    layout_text_ = layouts_text(all);
    const bool is_sure = layout_text_ == to_word(all.front().layout);
    if (is_sure)
      say("it types " + layout_text_);
    else
      complain("it types " + layout_text_ + "; what was scanned is the same on them: scan code B to know");
    if (all.front().layout != hal::KeyLayout::us) set("layout", std::string(to_word(all.front().layout)));
    if (all.front().caps_lock)
      complain("capitals and small letters change places: switch its Caps Lock setting off with a code of its manual");
  }

  void before() {
    auto prefix = common(seen_, &Comparison::prefix);
    if (!prefix) {
      complain(
          "what it sends before a code differs from scan to scan; where these are AIM identifiers, write aim: true");
      return;
    }
    if (prefix->size() >= 3 && is_aim(std::string_view(*prefix).substr(prefix->size() - 3))) {
      say("it sends the AIM identifier before each code");
      set("aim", "true");
      prefix->resize(prefix->size() - 3);
    }
    if (prefix->empty()) return;
    say("it sends \"" + escaped(*prefix) + "\" before each code");
    set("prefix", "'" + escaped(*prefix) + "'");
  }

  void after() {
    if (!scanner_.keeps_ends) return;
    const auto suffix = common(seen_, &Comparison::suffix);
    if (!suffix) {
      complain("what it sends after a code differs from scan to scan");
    } else if (suffix->empty()) {
      complain(
          "it sends nothing after a code, so that a cut one cannot be told from a whole one: set it to send Enter "
          "(CR) with a code of its manual");
    } else if (suffix->find_first_not_of("\r\n") == suffix->npos) {
      say("it ends each code with " + escaped(*suffix));
    } else {
      say("it ends each code with \"" + escaped(*suffix) + "\"");
      set("terminator", "'" + escaped(*suffix) + "'");
    }
  }

  void pauses() {
    Duration longest{};
    double slowest = 0;
    for (const auto& [letter, diagnosis] : seen_) {
      longest = std::max(longest, diagnosis.longest_gap);
      if (diagnosis.rate > 0) slowest = slowest > 0 ? std::min(slowest, diagnosis.rate) : diagnosis.rate;
    }
    if (slowest <= 0) return;
    const auto idle = fitting_idle(longest);
    say(fmt::format("it sends {:.0f} characters a second or more; its longest pause within a code is {:.0f} ms",
                    slowest, std::chrono::duration<double, std::milli>(longest).count()));
    if (idle > usual_idle) set("idle", fmt::format("{}ms", idle / 1ms));
  }

  void controls() {
    if (const auto* code = of(control_code)) {
      const auto comes = [&](const char* byte) { return code->got().find(byte) != std::string::npos; };
      for (const auto& [name, byte] : {std::pair("GS (1D)", "\x1d"), std::pair("RS (1E)", "\x1e")})
        if (!comes(byte)) {
          cannot_carry_ = true;
          complain(std::string(name) + " does not come through");
        }
    }
    if (const auto* code = of(vietnamese_code); code != nullptr && !code->whole()) {
      cannot_carry_ = true;
      complain("UTF-8 does not come through: Vietnamese arrives as \"" + shown(code->got()) + "\"");
    }
  }

  void losses() {
    bool any = false;
    for (const auto& [letter, diagnosis] : seen_) {
      if (letter == vietnamese_code || diagnosis.whole() || (letter == control_code && cannot_carry_)) continue;
      any = true;
      complain(fmt::format("code {}: {}", letter, flaws_text(diagnosis.comparison())));
    }
    const bool dropped = std::ranges::any_of(seen_, [](const auto& one) { return one.second.lost; });
    if (dropped) complain("the kernel had to drop some of what came: this machine is too busy for it");
    if (!any && !dropped) return;
    say(types_ ? "bytes that are lost or wrong: slow its typing down (inter-character delay), or use its serial or POS "
                 "mode"
               : "bytes that are lost or wrong: see the speed, the parity and the flow control");
  }

  void missing() {
    std::string titles;
    for (const auto& code : sheet_codes())
      if (!seen_.contains(code.letter))
        titles += fmt::format("{}{} ({})", titles.empty() ? "" : ", ", code.letter, code.title);
    if (!titles.empty()) say("not scanned, and so not known: " + titles);
  }

  void say_mode() {
    say("this gun types" + (layout_text_.empty() ? std::string() : " " + layout_text_) +
        "; such codes have characters that a keyboard cannot carry: use its serial or POS mode for them");
  }

  const Scanner& scanner_;
  std::map<char, Diagnosis> seen_;
  std::vector<std::string> words_;
  std::string settings_, layout_text_;
  bool types_ = false, good_ = true, cannot_carry_ = false;
};

}  // namespace

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r' || c == '\n' || c == '\t' || c == '\\')
      text += c == '\r' ? "\\r" : c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\\\";
    else if (byte < 0x20 || byte >= 0x7f || c == '\'' || c == '"')
      text += fmt::format("\\x{:02X}", byte);
    else
      text += c;
  }
  return text;
}

// Three times what was seen, so that a slower moment does not damage a scan; in steps that a person would write.
Duration fitting_idle(Duration gap) {
  constexpr Duration step = 50ms;
  return std::clamp<Duration>((3 * gap + step - Duration(1)) / step * step, usual_idle, 10s);
}

std::string line_of(const Diagnosis& diagnosis) {
  std::string text =
      fmt::format("{}: {} of {} bytes right", diagnosis.letter,
                  diagnosis.size - std::min(diagnosis.size, diagnosis.comparison().distance), diagnosis.size);
  if (diagnosis.alt_mode)
    text += ", by numbers on the keypad";
  else if (!diagnosis.typing.empty() && !diagnosis.is_garbled())
    text += ", typed for " + layouts_text(diagnosis.typing);
  if (diagnosis.rate > 0) text += fmt::format(", {:.0f} characters/s", diagnosis.rate);
  if (!diagnosis.whole()) text += "\n   " + flaws_text(diagnosis.comparison());
  return text;
}

Advice advise(const Scanner& scanner, const std::map<char, Diagnosis>& seen) { return Adviser(scanner, seen).advise(); }

}  // namespace gatepost::calibrate
