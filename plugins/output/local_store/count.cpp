#include "count.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "rollups.hpp"

namespace local_store {

namespace {

using gatepost::Count;
using gatepost::WallTime;
using Step = Statement::Step;

constexpr std::array<gatepost::Duration, 4> windows{std::chrono::hours(1), std::chrono::hours(24),
                                                    std::chrono::hours(7 * 24), std::chrono::hours(30 * 24)};

/// By lane's id and outcome.
using Scans = std::map<std::pair<std::int64_t, std::int64_t>, std::array<std::uint64_t, 4>>;

/// Room at both ends of time, so that a window and the days it touches are numbers of nanoseconds too.
constexpr WallTime earliest{gatepost::Duration::min() + std::chrono::hours(32 * 24)};
constexpr WallTime latest{gatepost::Duration::max() - std::chrono::hours(32 * 24)};

class Reader {
 public:
  static Result<Reader> open(const std::filesystem::path& file) {
    auto database = Database::open(file, Access::read);
    if (!database) return database.error();
    if (auto begun = database->run("BEGIN"); !begun)
      return begun.error();  // one state of the file for all that follows
    auto rows = Statement::prepare(*database,
                                   "SELECT lane, outcome, 1 FROM records "
                                   "WHERE kind = 0 AND site = ? AND wall >= ? AND wall < ? AND ? = 0");
    if (!rows) return rows.error();
    auto rollups = Statement::prepare(
        *database, "SELECT lane, outcome, n FROM rollups WHERE site = ? AND start >= ? AND start < ? AND span = ?");
    if (!rollups) return rollups.error();
    return Reader(std::move(*database), std::move(*rows), std::move(*rollups));
  }

  /// The counts of one stretch [from, until), added to those windows that hold it.
  Result<void> add(WallTime from, WallTime until, std::size_t first_window) {
    Result<void> result;
    cover(from, until, [&](Span span, std::int64_t first, std::int64_t last) {
      if (result) result = add_spans(span, first, last, first_window);
    });
    return result;
  }

  Result<bool> find_site() {
    auto newest = Statement::prepare(database_, "SELECT site FROM latest");
    if (!newest) return newest.error();
    const Step step = newest->step();
    if (step == Step::failed) return database_.error("read the store");
    if (step == Step::row) site_ = newest->integer(0);
    return step == Step::row;
  }

  Result<std::vector<Count>> counts() {
    std::map<std::int64_t, std::string> lanes;
    auto names = Statement::prepare(database_, "SELECT id, name FROM lanes");
    if (!names) return names.error();
    while (names->step() == Step::row) lanes.emplace(names->integer(0), names->text(1));
    std::vector<Count> counts;
    for (const auto& [key, scans] : scans_)
      counts.push_back({lanes[key.first], static_cast<gatepost::Outcome>(key.second), scans});
    return counts;
  }

 private:
  Reader(Database database, Statement rows, Statement rollups)
      : database_(std::move(database)), rows_(std::move(rows)), rollups_(std::move(rollups)) {}

  Result<void> add_spans(Span span, std::int64_t first, std::int64_t last, std::size_t first_window) {
    Statement& statement = span == Span::rows ? rows_ : rollups_;
    statement.bind(site_, first, last, static_cast<std::int64_t>(span));
    Step step{};
    while ((step = statement.step()) == Step::row) {
      auto& scans = scans_[{statement.integer(0), statement.integer(1)}];
      for (std::size_t window = first_window; window < windows.size(); ++window)
        scans[window] += static_cast<std::uint64_t>(statement.integer(2));
    }
    if (step == Step::failed) return database_.error("read the store");
    return {};
  }

  Database database_;
  Statement rows_, rollups_;
  std::int64_t site_ = 0;
  Scans scans_;
};

}  // namespace

Result<std::vector<Count>> count(const std::filesystem::path& file, WallTime now) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    return Error{"no Record has been stored yet", file.string(), "start the site with `gatepost run`, and scan once"};
  auto reader = Reader::open(file);
  if (!reader) return reader.error();
  const auto any = reader->find_site();
  if (!any) return any.error();
  if (!*any) return std::vector<Count>{};
  // The windows are nested: each stretch between two of their beginnings is read once.
  const WallTime last = std::clamp(now, earliest, latest);
  WallTime until = last + gatepost::Duration(1);
  for (std::size_t window = 0; window < windows.size(); ++window) {
    const WallTime from = last - windows.at(window) + gatepost::Duration(1);
    if (auto added = reader->add(from, until, window); !added) return added.error();
    until = from;
  }
  return reader->counts();
}

}  // namespace local_store
