// The list of passes that count no more, as the plugin signed_pass reads it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <gatepost/result.hpp>
#include <span>
#include <string>

namespace gatepost::card {

/// How many of them were not on the list.
struct Revoked {
  std::size_t added = 0, already = 0;
};

/// Puts each pass on the list that is not yet on it, with `comment` behind it. Whoever reads the list meanwhile sees
/// the former one or the new one. A list that the plugin would not take is left alone, and an Error.
Result<Revoked> revoke(const std::filesystem::path& list, std::span<const std::string> ids, const std::string& comment);

}  // namespace gatepost::card
