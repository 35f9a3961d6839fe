// A Record as the bytes that are kept and hashed. FORMAT.md describes them for other programs.
#pragma once

#include <array>
#include <cstddef>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <span>
#include <string>
#include <vector>

namespace gatepost::journal {

using Hash = std::array<std::byte, 32>;

/// What is hashed: every field in a fixed order, personal ones as their commitments alone; equal Records give equal
/// bytes, and different ones different bytes. A Record without commitments has its subject in clear, as older versions
/// wrote it.
std::vector<std::byte> encode(const Record& record);

/// How many bytes this and its personal fields are once it is committed to.
std::size_t kept_size(const Record& record);

/// The Record that was encoded, with its hash. An Error for anything that is not written so, and where a personal field
/// is not the one that was committed to.
Result<Record> decode(std::span<const std::byte> body, std::span<const std::byte> personal);

/// SHA-256.
Hash hash_of(std::span<const std::byte> bytes);

/// Two lower-case digits a byte.
std::string to_hex(std::span<const std::byte> bytes);

}  // namespace gatepost::journal
