// Which of a list's columns hold what, by their names.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gatepost/result.hpp>

namespace roster {

/// Which columns matter.
struct Columns {
  std::string subject = "subject";
  std::vector<std::string> show{};
  std::string table = "roster";  ///< of a SQLite roster
  /// How an Error names a subject: as the site's privacy lets it; none: not at all.
  std::function<std::string(std::string_view)> pseudonym{};
};

/// Where they stand.
struct Places {
  std::size_t subject = 0;
  std::optional<std::size_t> status{}, valid_from{}, valid_until{};
  std::vector<std::pair<std::string, std::size_t>> show{};  ///< as the setting names them
  std::string unused{};  ///< those that mean nothing here, for people: "phone, note"; cut where they are many
};

/// Case, blanks around a name and how its letters are composed make no difference. A name that is nearly `status`,
/// `valid_from` or `valid_until` is an Error with a suggestion: left out without a word, blocked people would pass.
/// So are two columns of one name.
gatepost::Result<Places> find_columns(std::span<const std::string> names, const Columns& columns);

}  // namespace roster
