#include "observe/exposition.hpp"

#include <fmt/format.h>

#include <gatepost/support/printable.hpp>

namespace gatepost::observe {
namespace {

constexpr std::size_t longest_label = 128;

// A label's value may be any UTF-8, with \, " and line ends escaped; control characters are made harmless first.
std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : support::printable(value, longest_label)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

std::string_view word_of(Exposition::Type type) {
  return type == Exposition::Type::counter ? "counter" : type == Exposition::Type::gauge ? "gauge" : "histogram";
}

}  // namespace

Exposition& Exposition::family(std::string_view name, Type type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, word_of(type));
  return *this;
}

void Exposition::begin(std::string_view suffix, Labels labels) {
  text_ += name_;
  text_ += suffix;
  char before = '{';
  for (const auto& [key, value] : labels) {
    text_ += fmt::format("{}{}=\"{}\"", before, key, escaped(value));
    before = ',';
  }
  text_ += before == ',' ? "} " : " ";
}

Exposition& Exposition::sample(std::string_view suffix, Labels labels, double value) {
  begin(suffix, labels);
  text_ += fmt::format("{}\n", value);
  return *this;
}

Exposition& Exposition::sample(std::string_view suffix, Labels labels, std::uint64_t value) {
  begin(suffix, labels);
  text_ += fmt::format("{}\n", value);
  return *this;
}

}  // namespace gatepost::observe
