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

/// Every field in a fixed order; equal Records give equal bytes, and different ones different bytes.
std::vector<std::byte> encode(const Record& record);

/// How many bytes encode gives.
std::size_t encoded_size(const Record& record);

/// The Record that encode was given, with its hash. An Error for anything that encode does not write.
Result<Record> decode(std::span<const std::byte> bytes);

/// SHA-256.
Hash hash_of(std::span<const std::byte> bytes);

/// Two lower-case digits a byte.
std::string to_hex(std::span<const std::byte> bytes);

}  // namespace gatepost::journal
