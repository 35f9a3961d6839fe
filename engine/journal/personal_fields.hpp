// A Record's personal fields: kept beside the bytes that are hashed, so that they can be erased. FORMAT.md says how.
#pragma once

#include <cstddef>
#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::journal {

/// Where salts come from.
using DrawSalt = std::function<void(std::span<std::byte>)>;
/// OpenSSL's generator.
void draw_salt(std::span<std::byte> salt);

/// Gives each personal field of the Record a Commitment with a salt of its own; those that it had are no more. Fields
/// without a value are left out.
void commit_to_personal_fields(Record& record, const DrawSalt& draw);

/// The names of those that have a value.
std::vector<std::string> personal_fields_of(const Record& record);

/// The personal fields that the Record still has and that are committed to, with their salts; empty: none.
std::vector<std::byte> encode_personal(const Record& record);

/// Fills in the fields of a Record whose commitments are known. The Error: what is not as it was written, or not what
/// was committed to.
std::optional<Error> read_personal(Record& record, std::span<const std::byte> personal);

/// Takes the field out of what encode_personal wrote, or all of them where `name` is empty. What cannot be understood
/// goes whole.
std::vector<std::byte> without_field(std::span<const std::byte> personal, std::string_view name);

}  // namespace gatepost::journal
