// A site file and the fragments that it includes ▶ one tree.
//
//   include: [shared/credentials.yaml, shared/lanes.yaml]     # at the beginning of a line, as a section is
//
// A path begins at the folder of the file in which it stands. What all files say is one: groups are merged key by key,
// and a key with a value in two files is an error that names both. A file that is included twice is read once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/tree.hpp"

namespace gatepost::config {

/// Fragments may include others, this deep; a site has at most so many files. source_limit and node_limit hold for all
/// of them together.
inline constexpr std::size_t include_depth_limit = 8;
inline constexpr std::size_t include_file_limit = 32;

struct Gathered {
  std::vector<Source> sources;  ///< the site file first; Place::file is a number in here
  std::optional<Node> root;     ///< without 'include'; nothing when a diagnostic is an error
};

/// `text` stands in `file`; the fragments are read from disk.
Gathered gather(std::string text, const std::filesystem::path& file, Diagnostics& diagnostics);

}  // namespace gatepost::config
