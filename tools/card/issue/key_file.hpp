// The key that passes are signed with.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <gatepost/support/signature.hpp>

namespace gatepost::card {

/// A new Ed25519 key in a file that only its owner may read. Never over a file that is there.
Result<support::SigningKey> make_key_file(const std::filesystem::path& file);

/// Refused where anybody but its owner may read or write the file: whoever has the key issues passes.
Result<support::SigningKey> read_key_file(const std::filesystem::path& file);

}  // namespace gatepost::card
