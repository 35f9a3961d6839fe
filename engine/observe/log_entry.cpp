#include "observe/log_entry.hpp"

#include <algorithm>
#include <gatepost/support/printable.hpp>

namespace gatepost::observe {
namespace {

constexpr std::size_t longest_value = 400;

std::string quoted_value(std::string_view raw) {
  const std::string value = support::printable(raw, longest_value);
  if (!value.empty() && value.find_first_of(" =\"\\") == value.npos) return value;
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// Journal fields: capitals, digits and _ only, at most 64 of them.
std::string field_name(std::string_view key) {
  constexpr std::size_t longest = 50;
  std::string name = "GATEPOST_";
  for (const char c : key.substr(0, longest)) {
    const bool small = c >= 'a' && c <= 'z';
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += small ? static_cast<char>(c - 'a' + 'A') : kept ? c : '_';
  }
  return name;
}

}  // namespace

std::string to_logfmt(const LogEntry& entry) {
  std::string line = "event=" + quoted_value(entry.event);
  for (const auto& [key, value] : entry.fields) {
    line += ' ';
    for (const char c : key) line += c > ' ' && c != '=' && c != '"' && c < 0x7F ? c : '_';
    line += '=' + quoted_value(value);
  }
  return line;
}

std::string to_journal_fields(const LogEntry& entry) {
  std::string all =
      "MESSAGE=" + to_logfmt(entry) + "\nGATEPOST_EVENT=" + support::printable(entry.event, longest_value) + "\n";
  for (const auto& [key, value] : entry.fields)
    all += field_name(key) + "=" + support::printable(value, longest_value) + "\n";
  return all;
}

}  // namespace gatepost::observe
