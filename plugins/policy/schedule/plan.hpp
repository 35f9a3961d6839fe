// Who has which shift, from a CSV file: subject,shift,from,until.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <gatepost/file_watch.hpp>
#include <gatepost/result.hpp>
#include <gatepost/support/csv.hpp>

#include "times.hpp"

namespace schedule {

/// That somebody has a shift, on the days from one to the other, both of them within.
struct Assignment {
  std::size_t shift = 0;  ///< its place among the shifts
  std::chrono::local_days from = std::chrono::local_days::min(), until = std::chrono::local_days::max();
};

class Plan {
 public:
  /// An Error where anything is not as it must be, and where nobody is in it.
  static gatepost::Result<std::shared_ptr<const Plan>> read(gatepost::support::Csv csv,
                                                            const std::vector<Shift>& shifts);

  /// Of a subject in composed form (NFC).
  std::span<const Assignment> of(const std::string& subject) const;
  std::size_t people() const { return people_.size(); }

 private:
  std::unordered_map<std::string, std::vector<Assignment>> people_;
};

}  // namespace schedule
