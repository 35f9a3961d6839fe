#include "count.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "rollups.hpp"

namespace local_store {

namespace {

using gatepost::Count;
using gatepost::WallTime;

constexpr std::array<gatepost::Duration, 4> windows{std::chrono::hours(1), std::chrono::hours(24),
                                                    std::chrono::hours(7 * 24), std::chrono::hours(30 * 24)};

/// By lane's id and outcome; below zero only while the ways are still being added.
using Scans = std::map<std::pair<std::int64_t, std::int64_t>, std::array<std::int64_t, 4>>;

/// Room at both ends of time, so that a window and the days it touches are numbers of nanoseconds too.
constexpr WallTime earliest{gatepost::Duration::min() + std::chrono::hours(32 * 24)};
constexpr WallTime latest{gatepost::Duration::max() - std::chrono::hours(32 * 24)};

class Reader {
 public:
  static Result<Reader> open(const std::filesystem::path& file) {
    auto database = open_file(file, Database::Access::read);
    if (!database) return database.error();
    if (auto begun = database->run("BEGIN"); !begun)
      return begun.error();  // one state of the file for all that follows
    const auto format = known_format(*database);
    if (!format) return format.error();
    Reader reader(std::move(*database), spans_of(*format));
    auto prepared = reader.database_.prepare(
        {{&reader.rows_,
          "SELECT lane, outcome, 1, wall FROM records "
          "WHERE kind = 0 AND site = ? AND wall >= ? AND wall < ? AND ? = 0"},
         {&reader.rollups_,
          "SELECT lane, outcome, n, start FROM rollups WHERE site = ? AND start >= ? AND start < ? AND span = ?"}});
    if (!prepared) return prepared.error();
    return reader;
  }

  /// Whole days from `first` on, `last` not included, added to those windows whose own first day has come.
  Result<void> add_days(const std::array<std::int64_t, 4>& firsts, std::int64_t last) {
    return each(Span::day, firsts.back(), last, [&](auto& scans, std::int64_t number, std::int64_t start) {
      for (std::size_t window = 0; window < windows.size(); ++window)
        if (start >= firsts.at(window)) scans.at(window) += number;
    });
  }

  /// What lies between `moment` and its nearest day, times `sign`, added to the windows in [first, last).
  Result<void> add_rest(WallTime moment, std::int64_t sign, std::size_t first, std::size_t last) {
    Result<void> result;
    walk(spans_, moment, [&](Span span, std::int64_t from, std::int64_t until, std::int64_t direction) {
      if (!result) return;
      result = each(span, from, until, [&](auto& scans, std::int64_t number, std::int64_t) {
        for (std::size_t window = first; window < last; ++window) scans.at(window) += sign * direction * number;
      });
    });
    return result;
  }

  Result<bool> find_site() {
    auto newest = database_.prepare("SELECT site FROM latest");
    if (!newest) return newest.error();
    const auto found = newest->step();
    if (found && *found) site_ = newest->integer(0);
    return found;
  }

  Result<std::vector<Count>> counts() {
    std::map<std::int64_t, std::string> lanes;
    auto names = database_.prepare("SELECT id, name FROM lanes");
    if (!names) return names.error();
    auto read = names->each([&] { lanes.emplace(names->integer(0), names->text(1)); });
    if (!read) return read.error();
    std::vector<Count> counts;
    for (const auto& [key, scans] : scans_) {
      if (scans.back() == 0) continue;  // the longest window holds the others
      Count count{lanes[key.first], static_cast<gatepost::Outcome>(key.second), {}};
      std::transform(scans.begin(), scans.end(), count.scans.begin(),
                     [](std::int64_t number) { return static_cast<std::uint64_t>(number); });
      counts.push_back(std::move(count));
    }
    return counts;
  }

 private:
  Reader(Database database, std::span<const Span> spans) : database_(std::move(database)), spans_(spans) {}

  /// Calls add(scans, number, start) for each row of these spans.
  template <class Add>
  Result<void> each(Span span, std::int64_t first, std::int64_t last, const Add& add) {
    Statement& statement = span == Span::rows ? rows_ : rollups_;
    return statement.bind(site_, first, last, span).each([&] {
      add(scans_[{statement.integer(0), statement.integer(1)}], statement.integer(2), statement.integer(3));
    });
  }

  Database database_;
  Statement rows_, rollups_;
  std::span<const Span> spans_;
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
  // A window is the days between those nearest to its two ends, and what lies between its ends and these days.
  const WallTime end = std::clamp(now, earliest, latest) + gatepost::Duration(1);
  std::array<std::int64_t, 4> first_days{};
  std::transform(windows.begin(), windows.end(), first_days.begin(),
                 [&](gatepost::Duration window) { return nearest(Span::day, end - window); });
  auto added = reader->add_days(first_days, nearest(Span::day, end));
  if (added) added = reader->add_rest(end, 1, 0, windows.size());
  for (std::size_t window = 0; added && window < windows.size(); ++window)
    added = reader->add_rest(end - windows.at(window), -1, window, window + 1);
  if (!added) return added.error();
  return reader->counts();
}

}  // namespace local_store
