// Who is looked for, from a CSV file: subject,action,until,note.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <gatepost/result.hpp>
#include <gatepost/support/csv.hpp>

namespace watchlist {

/// What happens when somebody comes, from the mildest to the strictest.
enum class Action : std::uint8_t { alert, hold, deny };

struct Row {
  Action action = Action::deny;
  std::chrono::local_days until = std::chrono::local_days::max();  ///< the last day
  std::string note{};                                              ///< for whoever stands at the gate
};

class Wanted {
 public:
  /// An Error where anything is not as it must be: a row that is not read lets somebody pass.
  static gatepost::Result<std::shared_ptr<const Wanted>> read(gatepost::support::Csv csv);

  /// The strictest row of a subject, in composed form (NFC), on that day; of no day: each row counts.
  const Row* find(const std::string& subject, std::optional<std::chrono::local_days> today) const;
  std::size_t people() const { return people_.size(); }

 private:
  std::unordered_map<std::string, std::vector<Row>> people_;  ///< the strictest first
};

}  // namespace watchlist
