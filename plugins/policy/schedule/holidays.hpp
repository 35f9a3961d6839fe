// Days on which other times hold.
#pragma once

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/file_watch.hpp>
#include <gatepost/result.hpp>

namespace schedule {

class Holidays {
 public:
  /// "2026-12-25", or "12-25" for each year; false: it is neither.
  bool add(std::string_view text);
  bool contains(std::chrono::local_days day) const;
  std::size_t size() const { return days_.size() + yearly_.size(); }

 private:
  std::set<std::chrono::local_days> days_;
  std::set<std::chrono::month_day> yearly_;
};

gatepost::Result<Holidays> parse_holidays(const std::vector<std::string>& texts);

/// A CSV file with the column `date`.
gatepost::Result<gatepost::FileContent<Holidays>> read_holidays(const gatepost::FileState& state);

}  // namespace schedule
