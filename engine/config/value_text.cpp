// The half of values.hpp that prints.
#include <charconv>

#include <fmt/format.h>

#include "config/suggest.hpp"
#include "config/units.hpp"
#include "config/values.hpp"

namespace gatepost::config {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/' ||
         c == '.' || c == '-' || c == '+';
}

// Text that YAML reads as itself without quotes, wherever it stands.
bool stands_bare(const std::string& text) {
  if (text.empty() || text[0] == '-' || text[0] == '.' || text[0] == '+') return false;
  return std::ranges::all_of(text, is_plain) && text != "null" && text != "Null" && text != "NULL";
}

std::string scalar(const std::string& text) {
  if (stands_bare(text)) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + '"';
}

struct Print {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return fmt::format("{}", value); }  // the shortest that reads back
  std::string operator()(const std::string& value) const { return scalar(value); }
  std::string operator()(Duration value) const { return to_text(value); }
  std::string operator()(ByteSize value) const { return to_text(value); }
  std::string operator()(const std::filesystem::path& value) const { return scalar(value.string()); }
  std::string operator()(const std::vector<std::string>& value) const {
    std::string out;
    for (const auto& word : value) out += (out.empty() ? "" : ", ") + scalar(word);
    return "[" + out + "]";
  }
};

struct TypeWord {
  std::string operator()(bool) const { return "true or false"; }
  std::string operator()(std::int64_t) const { return "whole number"; }
  std::string operator()(double) const { return "number"; }
  std::string operator()(const std::string&) const { return "text"; }
  std::string operator()(Duration) const { return "length of time"; }
  std::string operator()(ByteSize) const { return "size"; }
  std::string operator()(const std::filesystem::path&) const { return "path"; }
  std::string operator()(const std::vector<std::string>&) const { return "list of words"; }
};

// Bounds that only say how wide an integer is say nothing to people.
bool is_only_the_type(const Value& bound) {
  const auto* number = std::get_if<std::int64_t>(&bound);
  return number != nullptr &&
         (*number == std::numeric_limits<std::int64_t>::max() || *number == std::numeric_limits<std::int64_t>::min());
}

}  // namespace

std::string to_yaml(const Value& value) { return std::visit(Print(), value); }

std::string type_text(const FieldInfo& info) {
  return info.choices.empty() ? std::visit(TypeWord(), info.fallback) : any_of(info.choices);
}

std::string bounds_text(const FieldInfo& info) {
  const bool low = info.min && !is_only_the_type(*info.min);
  const bool high = info.max && !is_only_the_type(*info.max);
  if (low && high) return to_yaml(*info.min) + " to " + to_yaml(*info.max);
  if (low) return "at least " + to_yaml(*info.min);
  if (high) return "at most " + to_yaml(*info.max);
  return {};
}

}  // namespace gatepost::config
