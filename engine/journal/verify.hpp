// Proving a journal whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <optional>
#include <string>

#include "journal/schema.hpp"

namespace gatepost::journal {

struct Proof {
  Identity identity{};
  std::uint64_t first = 0, last = 0;  ///< sequences of the rows that were proved; 0: none
  std::uint64_t proved = 0;
  struct Broken {
    std::uint64_t sequence;
    std::string what;
  };
  std::optional<Broken> broken{};  ///< the first row that is wrong
};

/// Proves rows after `link`, which moves on with each; the first that is wrong.
Result<std::optional<Proof::Broken>> prove_after(Database& database, const Identity& identity, Link& link,
                                                 std::uint64_t& proved);

/// Reads every row in order: numbered without gaps, its bytes as hashed, its fields those of this site and epoch, its
/// `previous` the hash of the row before (of the anchor where older rows were pruned). Works while an engine writes.
Result<Proof> verify(const std::filesystem::path& file);

}  // namespace gatepost::journal
