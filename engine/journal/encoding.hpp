// A Record as the bytes that are kept and hashed. FORMAT.md describes them for other programs.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::journal {

using Hash = std::array<std::byte, 32>;

/// Where salts come from.
using DrawSalt = std::function<void(std::span<std::byte>)>;
/// OpenSSL's generator.
void draw_salt(std::span<std::byte> salt);

/// Gives each personal field of the Record a Commitment with a salt of its own; those that it had are no more. Fields
/// without a value are left out.
void commit_to_personal_fields(Record& record, const DrawSalt& draw);

/// What is hashed: every field in a fixed order, personal ones as their commitments alone; equal Records give equal
/// bytes, and different ones different bytes. A Record without commitments has its subject in clear, as older versions
/// wrote it.
std::vector<std::byte> encode(const Record& record);

/// The personal fields that the Record still has and that are committed to, with their salts; empty: none.
std::vector<std::byte> encode_personal(const Record& record);

/// How many bytes both give together once it is committed to.
std::size_t kept_size(const Record& record);

/// The Record that was encoded, with its hash. An Error for anything that is not written so, and where a personal field
/// is not the one that was committed to.
Result<Record> decode(std::span<const std::byte> body, std::span<const std::byte> personal);

/// Takes the field out of what encode_personal wrote, or all of them where `name` is empty. What cannot be understood
/// goes whole.
std::vector<std::byte> without_field(std::span<const std::byte> personal, std::string_view name);

/// SHA-256.
Hash hash_of(std::span<const std::byte> bytes);

/// Two lower-case digits a byte.
std::string to_hex(std::span<const std::byte> bytes);

}  // namespace gatepost::journal
