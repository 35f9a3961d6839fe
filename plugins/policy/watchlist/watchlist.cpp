// Who is not to pass, or not without somebody looking.
#include <chrono>

#include <gatepost/descriptor.hpp>
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
enum class Shrink : std::uint8_t { refuse, accept };
constexpr auto setting_names(Shrink) {
  return std::array{gatepost::Choice{"refuse", Shrink::refuse}, gatepost::Choice{"accept", Shrink::accept}};
}

struct Settings {
  std::filesystem::path file{};
  Shrink shrink = Shrink::refuse;
  std::chrono::hours last_good_for{24 * 30};
  std::string time_zone{};
};

Result<FileContent<Wanted>> read_list(const FileState& state, Shrink shrink) {
  constexpr std::uint64_t fewest = 10;  // of fewer people half may be found in a day
  auto csv = Csv::open(state.path);
  if (!csv) return csv.error();
  auto wanted = Wanted::read(std::move(*csv));
  if (!wanted) return wanted.error();
  const std::uint64_t people = (*wanted)->people();
  const std::uint64_t before = state.count_before.value_or(0);
  if (shrink == Shrink::refuse && before >= fewest && people * 2 <= before)
    return Error{
        "the list has " + std::to_string(people) + " people, and had " + std::to_string(before) + " before this change",
        state.path.string(), "see whether the file is whole; if it is right, write shrink: accept"};
  auto content = gatepost::file_content(std::move(*wanted), std::to_string(people) + " people are looked for");
  content.count = [people](gatepost::WallTime) { return people; };
  return content;
}

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
                    [shrink = settings.shrink](const FileState& state) { return read_list(state, shrink); });
    if (!list) return list.error();
    return std::unique_ptr<Watchlist>(new Watchlist(*zone, std::move(*list)));
  }

  // While nobody knows which day it is, no row is over.
  Result<Decision> decide(const Attempt& attempt) const override {
    const auto [wanted, trouble] = list_.now();
    if (!wanted) return *trouble;
    const auto today = attempt.wall_is_known ? std::optional(zone_.day(attempt.wall)) : std::nullopt;
    const auto* row = wanted->find(gatepost::support::composed_or_as_is(attempt.credential.subject), today);
    if (row == nullptr) return Decision{Outcome::grant};
    Decision decision = decision_of(row->action);
    if (!row->note.empty()) decision.facts["note"] = row->note;
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
                    "who is looked for: CSV with the columns subject and, where they are wanted, action (deny, hold or "
                    "alert; empty: deny), until (2026-11-23, the last day) and note (shown with the verdict, not "
                    "recorded)")
        .required(),
    gatepost::field("shrink", &Settings::shrink,
                    "of a list that has at a change not more than half as many people as before: it is not taken, with "
                    "an alarm, or taken"),
    gatepost::field("last_good_for", &Settings::last_good_for,
                    "how long a list that was right goes on while its file cannot be taken; 0h: not at all")
        .between(0h, std::chrono::hours(24 * 3650)),
    gatepost::field("time_zone", &Settings::time_zone,
                    "where days end, such as Asia/Ho_Chi_Minh; empty: this machine's time zone"));

}  // namespace

GATEPOST_POLICY("watchlist", "denies, holds or reports those who are looked for", table, Watchlist)
