// Which of a list's columns hold what, by their names.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gatepost/result.hpp>

namespace roster {

/// Which columns matter.
struct Columns {
  std::string subject = "subject";
  std::vector<std::string> show{};
  std::string table = "roster";  ///< of a SQLite roster
};

/// Where they stand.
struct Places {
  std::size_t subject = 0;
  std::optional<std::size_t> status{}, valid_from{}, valid_until{};
  std::vector<std::pair<std::string, std::size_t>> show{};  ///< as the setting names them
};

/// Case, blanks around a name and how its letters are composed make no difference. A name that is nearly `status`,
/// `valid_from` or `valid_until` is an Error with a suggestion: left out without a word, blocked people would pass.
/// So are two columns of one name.
gatepost::Result<Places> find_columns(std::span<const std::string> names, const Columns& columns);

}  // namespace roster
