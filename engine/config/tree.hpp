// YAML ▶ a tree that knows where everything stands. What a site file has no use for is refused here, before it can
// cost anything: aliases (a few lines of them can mean gigabytes), tags, several documents, deep nesting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/finding.hpp"

namespace gatepost::config {

enum class NodeKind : std::uint8_t { nothing, scalar, list, map };
constexpr std::string_view to_word(NodeKind kind) {
  constexpr std::string_view words[]{"nothing", "a single value", "a list", "a group of keys"};
  return words[static_cast<std::size_t>(kind)];
}

struct Entry;

struct Node {
  Node();
  Node(NodeKind is, Place at, std::string scalar = {});

  NodeKind kind = NodeKind::nothing;
  Place place{};
  std::string text;            ///< a scalar's, with quotes and escapes undone
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

/// The tree of one YAML document, or nothing when the findings say what is wrong with it. Never throws.
std::optional<Node> parse_tree(const Source& source, Findings& findings);

}  // namespace gatepost::config
