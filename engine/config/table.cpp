#include "config/table.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <vector>

#include "config/utf8.hpp"
#include "config/values.hpp"

namespace gatepost::config {
namespace {

using Row = std::array<std::string, 4>;

bool says_nothing(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty();
  if (const auto* path = std::get_if<std::filesystem::path>(&value)) return path->empty();
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return list->empty();
  return false;
}

std::string default_text(const FieldInfo& field) {
  if (field.required) return "required";
  if (field.secret || says_nothing(field.fallback)) return "none";
  return to_yaml(field.fallback);
}

std::string type_and_bounds(const FieldInfo& field) {
  const auto bounds = bounds_text(field);
  return type_text(field) + (bounds.empty() ? "" : ", " + bounds);
}

std::string meaning(const FieldInfo& field) {
  return std::string(field.text) + (field.secret ? " (secret: never shown)" : "");
}

// A pipe would end the cell.
std::string cell(std::string text) {
  for (auto at = text.find('|'); at != text.npos; at = text.find('|', at + 2)) text.insert(at, "\\");
  return text;
}

std::size_t width(std::string_view text) {
  std::size_t characters = 0;
  for (; !text.empty(); text.remove_prefix(std::max<std::size_t>(next_character(text).size, 1))) ++characters;
  return characters;
}

// In lines of at most 96 characters, each after the first indented so far.
std::string filled(std::string_view text, std::size_t indent) {
  constexpr std::size_t most = 96;
  std::string all;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (used > 0 && used + 1 + width(word) > most) {
      all += "\n" + std::string(indent, ' ');
      used = 0;
    }
    all.append(used > 0 ? " " : "").append(word);
    used += (used > 0 ? 1 : 0) + width(word);
  }
  return all;
}

std::string aligned(const std::vector<Row>& rows) {
  std::array<std::size_t, 3> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) text += row[i] + std::string(widths[i] - width(row[i]) + 2, ' ');
    text += filled(row[3], widths[0] + widths[1] + widths[2] + 6) + "\n";
  }
  return text;
}

}  // namespace

Told told(const FieldInfo& field) {
  return {std::string(field.key), type_and_bounds(field), default_text(field), meaning(field)};
}

std::string markdown_table(std::span<const FieldInfo> fields) {
  if (fields.empty()) return "This plugin has no settings.\n";
  std::string text = "| setting | value | default | meaning |\n|---|---|---|---|\n";
  for (const auto& field : fields) {
    const std::string fallback = default_text(field);
    const bool word = field.required || fallback == "none";
    text += "| `" + std::string(field.key) + "` | " + cell(type_and_bounds(field)) + " | " +
            (word ? fallback : "`" + cell(fallback) + "`") + " | " + cell(meaning(field)) + " |\n";
  }
  return text;
}

std::string plain_table(std::span<const FieldInfo> fields) {
  if (fields.empty()) return "no settings\n";
  std::vector<Row> rows{{"SETTING", "VALUE", "DEFAULT", "MEANING"}};
  for (const auto& field : fields) {
    const auto [key, value, fallback, meaning] = told(field);
    rows.push_back({key, value, fallback, meaning});
  }
  return aligned(rows);
}

boost::json::object to_json(const FieldInfo& field) {
  boost::json::object object{{"key", field.key},
                             {"type", type_text(field)},
                             {"text", field.text},
                             {"required", field.required},
                             {"secret", field.secret}};
  if (!field.required && !field.secret) object["default"] = to_yaml(field.fallback);
  if (field.min) object["min"] = to_yaml(*field.min);
  if (field.max) object["max"] = to_yaml(*field.max);
  if (field.choices.empty()) return object;
  auto& choices = object["choices"].emplace_array();
  for (const auto word : field.choices) choices.emplace_back(word);
  return object;
}

}  // namespace gatepost::config
