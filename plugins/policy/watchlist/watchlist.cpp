// Who is not to pass, or not without somebody looking.
#include <chrono>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/sqlite_table.hpp>
#include <gatepost/support/text.hpp>
#include <gatepost/support/time_zone.hpp>

#include "wanted.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::Attempt;
using gatepost::Decision;
using gatepost::Error;
using gatepost::FileContent;
using gatepost::FileState;
using gatepost::Outcome;
using gatepost::Result;
using gatepost::support::Csv;
using gatepost::support::TimeZone;
using watchlist::Action;
using watchlist::Wanted;
using List = gatepost::Watched<Wanted>;

/// What becomes of a list that has half as many people as before.
enum class Shrink : std::uint8_t { refuse, alarm, accept };
constexpr auto setting_names(Shrink) {
  return std::array{gatepost::Choice{"refuse", Shrink::refuse}, gatepost::Choice{"alarm", Shrink::alarm},
                    gatepost::Choice{"accept", Shrink::accept}};
}

struct Settings {
  std::filesystem::path file{};
  std::string column = "subject";
  std::string table = "watchlist";
  Shrink shrink = Shrink::refuse;
  std::chrono::hours last_good_for{24 * 30};
  std::string time_zone{};
};

Result<FileContent<Wanted>> read_list(const FileState& state, const watchlist::Columns& columns) {
  FileContent<Wanted> content;
  auto wanted = [&]() -> Result<watchlist::WantedPtr> {
    if (gatepost::support::is_database(state.path)) {
      content.copy = gatepost::support::copies_of(state.path);
      return watchlist::open_sqlite(state.path, columns);
    }
    auto csv = Csv::open(state.path);
    if (!csv) return csv.error();
    return watchlist::read_csv(std::move(*csv), columns);
  }();
  if (!wanted) return wanted.error();
  content.value = std::move(*wanted);
  content.summary = [list = content.value](gatepost::WallTime) {
    const auto people = list->people();
    if (!people) return std::string("a list that cannot be counted now");
    return *people == 1 ? std::string("1 person is looked for") : std::to_string(*people) + " people are looked for";
  };
  return content;
}

/// Why a list that reads well is probably not the whole one. Nothing: it may be.
std::optional<Error> shrunk(std::uint64_t people, const FileState& state) {
  constexpr std::uint64_t fewest = 10;  // of fewer people half may be found in a day
  const std::uint64_t before = state.count_before.value_or(0);
  if (before < fewest || people * 2 > before) return {};
  return Error{
      "the list has " + std::to_string(people) + " people, and had " + std::to_string(before) + " before this change",
      state.path.string(), "see whether the file is whole; if it is right, write shrink: alarm or shrink: accept"};
}

/// Reads a list, and tells the Host of one that shrank. Of one thread at a time.
class Reader {
 public:
  Reader(gatepost::Host& host, const Settings& settings)
      : host_(&host), columns_{settings.column, settings.table}, shrink_(settings.shrink) {}

  Result<FileContent<Wanted>> operator()(const FileState& state) {
    auto content = read_list(state, columns_);
    if (!content) return content;
    const auto people = content->value->people();
    if (!people) return Error{"the list cannot be counted", state.path.string(), "see that the file is whole"};
    auto odd = shrink_ == Shrink::accept ? std::nullopt : shrunk(*people, state);
    if (odd && shrink_ == Shrink::refuse) return *odd;
    tell(std::move(odd));
    // Of a list that changes in place, too: its own count shows a change before it is read anew.
    content->count = [people = *people](gatepost::WallTime) { return people; };
    return content;
  }

 private:
  void tell(std::optional<Error> now) {
    constexpr const char* alarm = "watchlist_shrunk";
    if (told_ == now) return;
    if (told_) host_->alarm_ends(alarm);
    if (now) host_->alarm_begins(alarm, *now);
    told_ = std::move(now);
  }

  gatepost::Host* host_;
  watchlist::Columns columns_;
  Shrink shrink_;
  std::optional<Error> told_{};
};

class Watchlist final : public gatepost::Policy {
 public:
  static constexpr std::array reasons{
      gatepost::ReasonText{"watch_deny", "en", "may not pass: please see the guard"},
      gatepost::ReasonText{"watch_deny", "vi", "không được qua: xin gặp bảo vệ"},
      gatepost::ReasonText{"watch_hold", "en", "please wait for the guard"},
      gatepost::ReasonText{"watch_hold", "vi", "xin chờ bảo vệ"},
      gatepost::ReasonText{"watch_alert", "en", "You may pass"},
      gatepost::ReasonText{"watch_alert", "vi", "Mời qua"},
  };

  static Result<std::unique_ptr<Watchlist>> make(const Settings& settings, const gatepost::Instance& instance) {
    const auto zone = TimeZone::find(settings.time_zone);
    if (!zone) return zone.error();
    auto list =
        List::begin(*instance.host,
                    {.file = settings.file, .alarm = "watchlist_not_taken", .last_good_for = settings.last_good_for},
                    Reader(*instance.host, settings));
    if (!list) return list.error();
    return std::unique_ptr<Watchlist>(new Watchlist(*zone, std::move(*list)));
  }

  // While nobody knows which day it is, no row is over.
  Result<Decision> decide(const Attempt& attempt) const override {
    const auto [wanted, trouble] = list_.now();
    if (!wanted) return *trouble;
    const auto today = attempt.wall_is_known ? std::optional(zone_.day(attempt.wall)) : std::nullopt;
    const auto found = wanted->find(gatepost::support::composed_or_as_is(attempt.credential.subject), today);
    if (!found) return found.error();
    if (!*found) return Decision{Outcome::grant};
    const watchlist::Row& row = **found;
    Decision decision = decision_of(row.action);
    if (!row.note.empty()) decision.facts["note"] = row.note;
    return decision;
  }

 private:
  Watchlist(TimeZone zone, List list) : zone_(zone), list_(std::move(list)) {}

  static Decision decision_of(Action action) {
    switch (action) {
      case Action::alert:
        return {Outcome::grant, "watch_alert"};
      case Action::hold:
        return {Outcome::inform, "watch_hold"};
      case Action::deny:
        break;
    }
    return {Outcome::deny, "watch_deny"};
  }

  const TimeZone zone_;
  const List list_;
};

constexpr auto table = gatepost::settings(
    gatepost::field("file", &Settings::file,
                    "who is looked for: CSV with a header, or SQLite; told apart by content. Columns: the subject's "
                    "(see column) and, where they are wanted, action (deny, hold or alert; empty: deny), until "
                    "(2026-11-23, the last day) and note (shown with the verdict, not recorded)")
        .required(),
    gatepost::field("column", &Settings::column, "the column that holds the subjects"),
    gatepost::field("table", &Settings::table, "the table of a SQLite list"),
    gatepost::field("shrink", &Settings::shrink,
                    "of a list that has at a change not more than half as many people as before: it is not taken, "
                    "taken with an alarm, or taken"),
    gatepost::field("last_good_for", &Settings::last_good_for,
                    "how long a list that was right goes on while its file cannot be taken; 0h: not at all")
        .between(0h, std::chrono::hours(24 * 3650)),
    gatepost::field("time_zone", &Settings::time_zone,
                    "where days end, such as Asia/Ho_Chi_Minh; empty: this machine's time zone"));

}  // namespace

GATEPOST_POLICY("watchlist", "denies, holds or reports those who are looked for", table, Watchlist)
