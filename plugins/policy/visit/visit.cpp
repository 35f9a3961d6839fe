// Who is expected today.
#include <chrono>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/calendar.hpp>
#include <gatepost/support/files.hpp>
#include <gatepost/support/presence.hpp>
#include <gatepost/support/time_zone.hpp>

#include "answer.hpp"
#include "ical_reader.hpp"
#include "visit_table.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::Attempt;
using gatepost::Decision;
using gatepost::Direction;
using gatepost::Error;
using gatepost::FileContent;
using gatepost::FileState;
using gatepost::Outcome;
using gatepost::Result;
using gatepost::WallTime;
using gatepost::support::Presence;
using gatepost::support::Schemes;
using gatepost::support::TimeZone;
using visit::Calendar;
using List = gatepost::Watched<Calendar>;

// Of `once`: so far back must ways in be known.
constexpr auto longest_visit = std::chrono::hours(24 * 32);
constexpr std::size_t entries_kept = 64;  ///< of one person

struct Settings {
  std::filesystem::path file{};
  std::string subject = "attendee_mail";
  std::vector<std::string> show{};
  bool once = true;
  std::chrono::minutes early = 30min;
  std::chrono::minutes late = 0min;
  std::chrono::hours last_good_for{24};
  std::string time_zone{};
};

visit::Limits limits_of(const Settings& settings) {
  visit::Limits limits;
  if (settings.once) limits.longest = longest_visit;
  return limits;
}

Result<std::shared_ptr<const Calendar>> read_visits(const FileState& state, const Settings& settings,
                                                    const TimeZone& zone) {
  const auto limits = limits_of(settings);
  auto text = gatepost::support::read_file(state.path, limits.bytes);
  if (!text) return text.error();
  if (!visit::is_ical(*text))
    return visit::read_table(gatepost::support::Csv::of(std::move(*text), state.path.string()), zone, settings.show,
                             limits);
  const auto place = visit::SubjectPlace::from(settings.subject);
  if (!place) return place.error();
  return visit::read_ical(*text, zone, {state.path.string(), *place, settings.show, limits}, state.stop);
}

Result<FileContent<Calendar>> read_list(const FileState& state, const Settings& settings, const TimeZone& zone) {
  auto calendar = read_visits(state, settings, zone);
  if (!calendar) return calendar.error();
  FileContent<Calendar> content{.value = *calendar};
  content.summary = [calendar = *calendar, zone](WallTime now) {
    const auto today = zone.day(now);
    const auto visits = calendar->between(zone.first(today), zone.first(today + std::chrono::days(1)));
    return std::to_string(visits) + " visits today, of " + std::to_string(calendar->size());
  };
  return content;
}

// As clocks there show it: "2026-11-23 14:30".
std::string shown(WallTime time, const TimeZone& zone) {
  const auto local = zone.local(time);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(local - day).count();
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return gatepost::support::to_text(std::chrono::year_month_day(day)) + " " + two(minutes / 60) + ":" +
         two(minutes % 60);
}

class VisitPolicy final : public gatepost::Policy {
 public:
  static constexpr std::array reasons{
      gatepost::ReasonText{"not_expected", "en", "no visit is announced for today"},
      gatepost::ReasonText{"not_expected", "vi", "hôm nay không có lịch hẹn"},
      gatepost::ReasonText{"too_early", "en", "the visit begins later: please wait"},
      gatepost::ReasonText{"too_early", "vi", "chưa đến giờ hẹn: xin chờ"},
      gatepost::ReasonText{"too_late", "en", "the time of the visit is over"},
      gatepost::ReasonText{"too_late", "vi", "đã quá giờ hẹn"},
      gatepost::ReasonText{"already_here", "en", "this visitor has come in already"},
      gatepost::ReasonText{"already_here", "vi", "khách này đã vào rồi"},
  };

  static Result<void> check(const Settings& settings) {
    if (const auto place = visit::SubjectPlace::from(settings.subject); !place) return place.error();
    return {};
  }

  static Result<std::unique_ptr<VisitPolicy>> make(const Settings& settings, const gatepost::Instance& instance) {
    const auto zone = TimeZone::find(settings.time_zone);
    if (!zone) return zone.error();
    auto list = List::begin(
        *instance.host, {.file = settings.file, .alarm = "visits_not_taken", .last_good_for = settings.last_good_for},
        [settings, zone = *zone](const FileState& state) { return read_list(state, settings, zone); });
    if (!list) return list.error();
    return std::unique_ptr<VisitPolicy>(new VisitPolicy(settings, *zone, std::move(*list)));
  }

  Result<Decision> decide(const Attempt& attempt) const override {
    if (settings_.once && attempt.subject_key.empty())
      return Error{"the attempt names nobody", "policy visit",
                   "let the lane's credentials name their holders, and write subjects: clear or subjects: hash"};
    if (attempt.direction == Direction::out) return Decision{Outcome::grant};
    const auto [calendar, trouble] = list_.now();
    if (!calendar) return *trouble;
    if (!attempt.wall_is_known) return Decision{Outcome::deny, "clock_unset"};
    const auto answer = visit::answer_of(calendar->of(attempt.credential.subject), {settings_.early, settings_.late},
                                         attempt.wall, entries_of(attempt), zone_);
    Decision decision{answer.reason.empty() ? Outcome::grant : Outcome::deny, std::string(answer.reason)};
    if (answer.about == nullptr) return decision;
    if (answer.about->facts) decision.facts = *answer.about->facts;
    decision.facts["from"] = shown(answer.about->from, zone_);
    decision.facts["until"] = shown(answer.about->until, zone_);
    return decision;
  }

  void learn(const gatepost::Record& record) override {
    if (settings_.once) entries_.learn(record);
  }
  gatepost::Duration horizon() const override {
    return settings_.once ? gatepost::Duration(longest_visit) + settings_.early + settings_.late
                          : gatepost::Duration(0);
  }
  bool needs_subject() const override { return settings_.once; }

 private:
  VisitPolicy(Settings settings, TimeZone zone, List list)
      : settings_(std::move(settings)),
        zone_(zone),
        list_(std::move(list)),
        entries_(Schemes::together, {.movements = entries_kept, .only = Direction::in}) {}

  // One of which nobody knows when it was may have been just now.
  std::vector<WallTime> entries_of(const Attempt& attempt) const {
    std::vector<WallTime> entries;
    if (!settings_.once) return entries;
    const auto person = entries_.person(attempt.credential.scheme, attempt.subject_key);
    for (const auto& movement : entries_.movements(attempt.zone, person))
      entries.push_back(movement.wall.value_or(attempt.wall));
    for (const gatepost::Reservation& one : attempt.reserved)
      if (one.zone == attempt.zone && one.direction == Direction::in && one.subject_key == attempt.subject_key)
        entries.push_back(attempt.wall);
    return entries;
  }

  const Settings settings_;
  const TimeZone zone_;
  const List list_;
  Presence entries_;  ///< of ways in alone
};

constexpr auto table = gatepost::settings(
    gatepost::field("file", &Settings::file,
                    "the visits: an iCalendar file (.ics), or CSV with the columns subject, from and until "
                    "(2026-11-23 14:30, or a whole day)")
        .required(),
    gatepost::field("subject", &Settings::subject,
                    "where in an event of iCalendar the credential's subject stands: attendee_mail, attendee_name, "
                    "description (a line `subject: …` in it), or a property's name such as UID or X-VISITOR"),
    gatepost::field("show", &Settings::show,
                    "what is shown with the verdict and not recorded: columns of the CSV; of iCalendar properties such "
                    "as summary, and host, the organizer's name"),
    gatepost::field("once", &Settings::once, "one visit, one way into the lane's zone"),
    gatepost::field("early", &Settings::early, "so long before a visit begins somebody may come").between(0min, 24h),
    gatepost::field("late", &Settings::late, "so long after a visit has ended somebody may come").between(0min, 24h),
    gatepost::field("last_good_for", &Settings::last_good_for,
                    "how long visits that were right go on while their file cannot be taken; 0h: not at all")
        .between(0h, std::chrono::hours(24 * 366)),
    gatepost::field("time_zone", &Settings::time_zone,
                    "of times that name no zone, and of days, such as Asia/Ho_Chi_Minh; empty: this machine's time "
                    "zone"));

}  // namespace

GATEPOST_POLICY("visit", "lets those in who are expected today", table, VisitPolicy)
