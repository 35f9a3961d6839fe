#include <algorithm>

#include "config/reader.hpp"
#include "config/secret.hpp"
#include "config/suggest.hpp"
#include "config/values.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

const FieldInfo* find(std::span<const FieldInfo> fields, std::string_view key) {
  const auto found = std::ranges::find(fields, key, &FieldInfo::key);
  return found == fields.end() ? nullptr : &*found;
}

std::vector<std::string_view> keys_of(const Group& group) {
  std::vector<std::string_view> keys = group.other_keys;
  for (const auto& field : group.fields) keys.push_back(field.key);
  return keys;
}

const RemovedSetting* find_removed(std::span<const FieldInfo> fields, std::string_view key) {
  for (const auto& field : fields)
    for (const auto& removed : field.removed)
      if (removed.key == key) return &removed;
  return nullptr;
}

// Keys that nobody reads. Returns those that were probably meant.
std::vector<std::string_view> refuse_unknown_keys(Reader& reader, const Group& group) {
  const auto keys = keys_of(group);
  std::vector<std::string_view> absent, meant;
  std::ranges::copy_if(keys, std::back_inserter(absent),
                       [&](std::string_view key) { return group.node.find(key) == nullptr; });
  for (const auto& entry : group.node.entries) {
    if (std::ranges::find(keys, entry.key) != keys.end()) continue;
    if (const auto* removed = find_removed(group.fields, entry.key)) {
      reader.diagnostics.error(entry.place, group.title + " has no setting '" + shown(entry.key) + "' any more", {},
                               std::string(removed->instead));
      continue;
    }
    const auto near = reader.diagnostics.full() ? std::string_view() : nearest(entry.key, absent);
    const FieldInfo* field = find(group.fields, near);
    if (field != nullptr && field->secret) reader.secrets.push_back(entry.key);
    reader.diagnostics.error(entry.place, group.title + " has no setting '" + shown(entry.key) + "'",
                             keys.empty() ? "no settings" : any_of(keys),
                             near.empty() ? "remove it" : "did you mean '" + std::string(near) + "'?");
    if (!near.empty()) meant.push_back(near);
  }
  return meant;
}

// A default path that is relative is one beside the site file.
Value fallback(const Reader& reader, const FieldInfo& field) {
  const auto* path = std::get_if<std::filesystem::path>(&field.fallback);
  if (path == nullptr || path->empty()) return field.fallback;
  return (reader.folders[0] / *path).lexically_normal();
}

std::optional<Value> read_field(Reader& reader, const Group& group, const FieldInfo& field, bool misspelt) {
  if (field.secret) reader.secrets.emplace_back(field.key);
  if (const Entry* entry = group.node.find(field.key)) {
    Node node = entry->value;
    if (node.kind == NodeKind::nothing) node.place = entry->place;
    const auto& folder = reader.folder(node.place);
    if (node.tag != Tag::none) reader.tags[group.path + "." + std::string(field.key)] = tag_text(node, folder);
    return read_value(node, field, folder, reader.diagnostics);
  }
  if (!field.required) return fallback(reader, field);
  if (!misspelt) {
    const auto bounds = bounds_text(field);
    reader.diagnostics.error(group.place, group.title + " lacks '" + std::string(field.key) + "'",
                             std::string(field.key) + ": " + std::string(field.text) + " (" + type_text(field) +
                                 (bounds.empty() ? "" : ", " + bounds) + ")",
                             "add '" + std::string(field.key) + ": …'");
  }
  return {};
}

bool is_name_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

bool is_group(Reader& reader, const Node& node, Place place, std::string_view title) {
  if (node.kind == NodeKind::map || node.kind == NodeKind::nothing) return true;
  reader.diagnostics.error(place, std::string(title) + " holds " + std::string(to_word(node.kind)),
                           "keys and their values", "write one 'key: value' a line, indented under it");
  return false;
}

bool is_name(Reader& reader, const Entry& entry, std::string_view what) {
  const auto& name = entry.key;
  if (name.size() <= 64 && std::ranges::all_of(name, is_name_letter)) return true;
  reader.diagnostics.error(entry.place, "'" + shown(name) + "' cannot name a " + std::string(what),
                           "1 to 64 of the letters a-z, digits and _", "rename it, for example to entry_1");
  return false;
}

std::optional<std::vector<Value>> read_group(Reader& reader, const Group& group) {
  if (!is_group(reader, group.node, group.place, group.title)) return {};
  const auto meant = refuse_unknown_keys(reader, group);
  std::vector<Value> values;
  bool good = meant.empty();
  for (const auto& field : group.fields) {
    auto value = read_field(reader, group, field, std::ranges::find(meant, field.key) != meant.end());
    if (value)
      values.push_back(std::move(*value));
    else
      good = false;
  }
  if (!good) return {};
  return values;
}

}  // namespace gatepost::config
