// YAML ▶ a tree that knows where everything stands. What a site file has no use for is refused here, before it can
// cost anything: aliases (a few lines of them can mean gigabytes), tags but two, several documents, deep nesting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"

namespace gatepost::config {

enum class NodeKind : std::uint8_t { nothing, scalar, list, map };
constexpr std::string_view to_word(NodeKind kind) {
  constexpr std::string_view words[]{"nothing", "a single value", "a list", "a group of keys"};
  return words[static_cast<std::size_t>(kind)];
}

/// Where a scalar's value is kept when it is not in the file: `!env NAME`, `!file PATH`.
enum class Tag : std::uint8_t { none, env, file };
constexpr std::string_view to_word(Tag tag) {
  constexpr std::string_view words[]{"", "!env", "!file"};
  return words[static_cast<std::size_t>(tag)];
}

struct Entry;

struct Node {
  Node();
  Node(NodeKind is, Place at, std::string scalar = {});

  NodeKind kind = NodeKind::nothing;
  Place place{};
  std::string text;            ///< a scalar's, with quotes and escapes undone; behind a tag a NAME or PATH
  Tag tag = Tag::none;         ///< of a scalar that is a key's value; nothing else has one
  std::vector<Node> items;     ///< a list's
  std::vector<Entry> entries;  ///< a map's, in the order of the file, keys unique

  const Entry* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Place place;  ///< the key's
  Node value;
};

inline constexpr std::size_t depth_limit = 32;
inline constexpr std::size_t node_limit = 20'000;

/// The tree of one YAML document, or nothing when the diagnostics say what is wrong with it. Never throws. `file` is
/// the number that its places get; `nodes` counts on, so that node_limit holds over all files of a site together.
std::optional<Node> parse_tree(const Source& source, std::size_t file, std::size_t& nodes, Diagnostics& diagnostics);

}  // namespace gatepost::config
