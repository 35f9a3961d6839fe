// Personal fields that leave the journal before their Records do: at somebody's wish, or by age.
//
// An erasure is a Record itself, and writing it is what erases, in the same transaction. So nothing is gone without a
// word in the chain, and outputs learn of it as of anything else.
#pragma once

#include <cstdint>
#include <deque>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <gatepost/support/erasure.hpp>
#include <gatepost/support/sqlite.hpp>
#include <map>
#include <optional>
#include <string>

namespace gatepost::journal {

/// So many Records at most are erased by one: a lane that asks meanwhile waits for little more than one sync.
constexpr std::size_t erased_at_once = 256;

/// Takes the fields out of the rows, and out of dead letters of these Records. Within a transaction.
Result<void> apply(support::Database& database, const support::Erasure& erasure);

/// Fields that are gone, until a later Record tells of it.
class Untold {
 public:
  explicit Untold(std::uint64_t epoch) : epoch_(epoch) {}

  /// In their order.
  void look_at(const Record& record);

  struct Missing {
    std::uint64_t sequence;
    std::string field;
  };
  /// The first one, of those looked at.
  std::optional<Missing> first() const;

 private:
  const std::uint64_t epoch_;
  std::map<std::string, std::deque<std::uint64_t>> missing_;
};

}  // namespace gatepost::journal
