// Who is looked for: a list with the columns subject, action, until and note, in a CSV or a SQLite file.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <gatepost/result.hpp>
#include <gatepost/support/csv.hpp>

namespace watchlist {

/// What happens when somebody comes, from the mildest to the strictest.
enum class Action : std::uint8_t { alert, hold, deny };

struct Row {
  Action action = Action::deny;
  std::chrono::local_days until = std::chrono::local_days::max();  ///< the last day
  std::string note{};                                              ///< for whoever stands at the gate

  bool holds(std::optional<std::chrono::local_days> today) const { return !today || *today <= until; }
};

/// A longer list is refused.
inline constexpr std::size_t most_rows = 500'000;

/// Asked from several threads at a time.
class Wanted {
 public:
  virtual ~Wanted() = default;
  /// The strictest row of a subject, in composed form (NFC), on that day; of no day: each row counts.
  virtual gatepost::Result<std::optional<Row>> find(const std::string& subject,
                                                    std::optional<std::chrono::local_days> today) const = 0;
  /// How many stand in it; nothing: it cannot be counted now.
  virtual std::optional<std::uint64_t> people() const = 0;
};

using WantedPtr = std::shared_ptr<const Wanted>;

/// What a list is asked by.
struct Columns {
  std::string subject = "subject";
  std::string table = "watchlist";  ///< of a SQLite file
};

/// An Error where anything is not as it must be: a row that is not read lets somebody pass.
gatepost::Result<WantedPtr> read_csv(gatepost::support::Csv csv, const Columns& columns);

/// The same of a SQLite file, every row of which is looked at once. Where others write it, each lookup sees their last
/// commit.
gatepost::Result<WantedPtr> open_sqlite(const std::filesystem::path& file, const Columns& columns);

}  // namespace watchlist
