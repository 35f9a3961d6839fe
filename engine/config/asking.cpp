// Inputs that ask in or out: whether what they are answered can be told apart from all else that they read.
#include <algorithm>
#include <array>
#include <cctype>

#include "config/reader.hpp"
#include "config/sections.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

constexpr std::size_t longest_code = 64;

// A scanner may have Caps Lock on, and cut blanks.
std::string as_scanned(std::string_view code) {
  std::string text;
  for (const char c : code)
    if (std::isspace(static_cast<unsigned char>(c)) == 0)
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool is_printable(std::string_view code) {
  return std::ranges::all_of(code, [](char c) { return c > ' ' && c < 0x7f; });
}

struct AskingReader {
  Reader& reader;
  const Entry& entry;
  const Names& names;
  const Lane& lane;

  bool is_given(std::string_view key) const { return entry.value.find(key) != nullptr; }
  Place place_of(std::string_view key) const {
    const Entry* given = entry.value.find(key);
    if (given == nullptr) given = entry.value.find("inputs");
    return given == nullptr ? entry.place : given->value.place;
  }

  // The defaults stand in each site that `check --echo` prints.
  void warn_of_unused() const {
    const LaneRules usual;
    const LaneRules& rules = lane.rules;
    const std::array changed{std::pair("ask_in", rules.ask_in != usual.ask_in),
                             std::pair("ask_out", rules.ask_out != usual.ask_out),
                             std::pair("ask_within", rules.ask_within != usual.ask_within),
                             std::pair("ask_stays", rules.ask_stays != usual.ask_stays)};
    for (const auto& [key, is_changed] : changed)
      if (is_changed)
        reader.diagnostics.warning(
            place_of(key), "'" + std::string(key) + "' has no effect: no input of lane '" + entry.key + "' asks",
            "write 'inputs: { gun: ask }', or remove it");
  }

  bool is_right(std::string_view key, const std::string& code) const {
    if (!code.empty() && code.size() <= longest_code && is_printable(code)) return true;
    reader.diagnostics.error(place_of(key), "'" + std::string(key) + "' is no code that every scanner gives as it is",
                             "1 to 64 letters, digits and signs of ASCII without blanks, such as GP:IN",
                             "print another code, and write its text here");
    return false;
  }

  void refuse_equal() const {
    if (as_scanned(lane.rules.ask_in) != as_scanned(lane.rules.ask_out)) return;
    reader.diagnostics.error(
        place_of(is_given("ask_out") ? "ask_out" : "ask_in"),
        "'ask_in' and 'ask_out' of lane '" + entry.key + "' cannot be told apart: a scanner may change capitals", {},
        "give each direction a code of its own, such as GP:IN and GP:OUT");
  }

  // Such a code would say a direction, and never be anybody's.
  void refuse_known(std::string_view key, const std::string& code) const {
    for (const auto& name : lane.credentials) {
      const auto declared = names.credentials.find(name);
      if (declared == names.credentials.end() || !declared->second.format) continue;
      const auto read = declared->second.format->parse(Reading{.payload = code});
      if (read ? !*read : read.error().fault) continue;
      reader.diagnostics.error(place_of(key),
                               "credential '" + shown(name) + "' reads the code of '" + std::string(key) + "', too",
                               "a code that no credential of lane '" + entry.key + "' knows",
                               "print another code, or make the credential narrower");
      return;
    }
  }

  void refuse_ignored(const std::string& device, std::string_view key, const std::string& code) const {
    const auto declared = names.devices.find(device);
    if (declared == names.devices.end() || !declared->second.no_scans.contain(code)) return;
    reader.diagnostics.error(place_of(key),
                             "input '" + shown(device) + "' ignores the code of '" + std::string(key) + "'", {},
                             "print another code, or take it out of 'ignore' of '" + shown(device) + "'");
  }

  void refuse_contact(const std::string& device) const {
    const auto declared = names.devices.find(device);
    if (declared == names.devices.end() || !declared->second.tells_of_alarms) return;
    reader.diagnostics.error(place_of("inputs"), "'" + shown(device) + "' is an alarm contact and asks nobody",
                             "in or out", "write 'in'");
  }

  void check() const {
    const auto asks = [](const LaneInput& input) { return !input.direction; };
    if (std::ranges::none_of(lane.inputs, asks)) return warn_of_unused();
    const std::array codes{std::pair("ask_in", &lane.rules.ask_in), std::pair("ask_out", &lane.rules.ask_out)};
    bool right = true;
    for (const auto& [key, code] : codes) right = is_right(key, *code) && right;
    if (right) refuse_equal();
    for (const auto& [key, code] : codes) {
      refuse_known(key, *code);
      for (const auto& input : lane.inputs)
        if (asks(input)) refuse_ignored(input.device, key, *code);
    }
    for (const auto& input : lane.inputs)
      if (asks(input)) refuse_contact(input.device);
  }
};

}  // namespace

void check_asking(Reader& reader, const Entry& entry, const Names& names, const Lane& lane) {
  AskingReader{reader, entry, names, lane}.check();
}

}  // namespace gatepost::config
