// Records that tell of personal fields which were erased from earlier ones. Whoever keeps Records erases them too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gatepost/record.hpp>

namespace gatepost::support {

struct Erasure {
  std::uint64_t epoch = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> records{};  ///< from and to, both of them too, ascending
  std::string field{};                                             ///< as personal_field; empty: all that they have

  /// Ascending sequences, put together.
  static Erasure of(std::uint64_t epoch, const std::vector<std::uint64_t>& sequences, std::string field);
};

enum class WhyErased : std::uint8_t { asked, age };

/// The Record that tells of it: of kind change, with erased_reason. Its details are `epoch`, `records` ("3 7-9"),
/// `field` where it is one, and `why` ("asked" or "age").
Record record_of(const Erasure& erasure, WhyErased why);

/// What a Record tells to be erased; nothing where it tells of something else.
std::optional<Erasure> erasure_of(const Record& record);

}  // namespace gatepost::support
