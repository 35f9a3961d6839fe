// When somebody may pass: at times of the week, or in his shift.
#include <algorithm>
#include <chrono>
#include <optional>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/text.hpp>

#include "holidays.hpp"
#include "plan.hpp"
#include "times.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::Attempt;
using gatepost::Decision;
using gatepost::Direction;
using gatepost::Error;
using gatepost::Outcome;
using gatepost::Result;
using gatepost::Watched;
using gatepost::support::Csv;
using gatepost::support::TimeZone;
using schedule::Assignment;
using schedule::Holidays;
using schedule::Plan;
using schedule::Shift;

enum class Out : std::uint8_t { free, timed };
constexpr auto setting_names(Out) {
  return std::array{gatepost::Choice{"free", Out::free}, gatepost::Choice{"timed", Out::timed}};
}

struct Settings {
  std::vector<std::string> times{};
  std::vector<std::string> shifts{};
  std::string by = "shift";
  std::filesystem::path file{};
  std::chrono::minutes early{0};
  std::chrono::minutes late{0};
  Out out = Out::free;
  std::vector<std::string> holidays{};
  std::filesystem::path holiday_file{};
  std::string time_zone{};
  std::chrono::hours last_good_for{24 * 7};
};

/// What is watched; either may be missing.
struct Files {
  std::optional<Watched<Plan>> plan{};
  std::optional<Watched<Holidays>> holidays{};
};

Result<Watched<Plan>> watch_plan(const Settings& settings, gatepost::Host& host, const std::vector<Shift>& shifts) {
  return Watched<Plan>::begin(
      host, {.file = settings.file, .alarm = "plan_not_taken", .last_good_for = settings.last_good_for},
      [shifts](const gatepost::FileState& state) -> Result<gatepost::FileContent<Plan>> {
        auto csv = Csv::open(state.path);
        if (!csv) return csv.error();
        auto plan = Plan::read(std::move(*csv), shifts);
        if (!plan) return plan.error();
        const auto people = (*plan)->people();
        return gatepost::file_content(std::move(*plan), std::to_string(people) + " people have shifts");
      });
}

class Schedule final : public gatepost::Policy {
 public:
  static constexpr std::array reasons{
      gatepost::ReasonText{"outside_hours", "en", "not at this time"},
      gatepost::ReasonText{"outside_hours", "vi", "ngoài giờ cho phép"},
      gatepost::ReasonText{"not_your_shift", "en", "not in your shift"},
      gatepost::ReasonText{"not_your_shift", "vi", "không phải ca của bạn"},
      gatepost::ReasonText{"holiday", "en", "not on this holiday"},
      gatepost::ReasonText{"holiday", "vi", "hôm nay là ngày nghỉ"},
      gatepost::ReasonText{"no_shift", "en", "has no shift"},
      gatepost::ReasonText{"no_shift", "vi", "chưa được xếp ca"},
  };

  static Result<void> check(const Settings& settings) {
    if (settings.times.empty() == settings.shifts.empty())
      return Error{"it is not told when people may pass", "schedule",
                   "set either times, for everybody, or shifts, and not both"};
    if (!settings.file.empty() && settings.shifts.empty())
      return Error{"a file tells who has which shift, and there are no shifts", settings.file.string(),
                   "set shifts, or remove file"};
    return {};
  }

  static Result<std::unique_ptr<Schedule>> make(const Settings& settings, const gatepost::Instance& instance) {
    const auto zone = TimeZone::find(settings.time_zone);
    if (!zone) return zone.error();
    auto shifts = schedule::parse_shifts(settings.shifts);
    if (!shifts) return shifts.error();
    if (shifts->empty()) shifts->push_back({});
    for (const std::string& text : settings.times) {
      auto times = schedule::parse_times(text);
      if (!times) return times.error();
      shifts->front().times.insert(shifts->front().times.end(), times->begin(), times->end());
    }
    auto holidays = schedule::parse_holidays(settings.holidays);
    if (!holidays) return holidays.error();
    Files files;
    if (!settings.file.empty()) {
      auto plan = watch_plan(settings, *instance.host, *shifts);
      if (!plan) return plan.error();
      files.plan.emplace(std::move(*plan));
    }
    if (!settings.holiday_file.empty()) {
      auto watched = Watched<Holidays>::begin(
          *instance.host,
          {.file = settings.holiday_file, .alarm = "holidays_not_taken", .last_good_for = settings.last_good_for},
          schedule::read_holidays);
      if (!watched) return watched.error();
      files.holidays.emplace(std::move(*watched));
    }
    return std::unique_ptr<Schedule>(
        new Schedule(settings, *zone, std::move(*shifts), std::move(*holidays), std::move(files)));
  }

  Result<Decision> decide(const Attempt& attempt) const override {
    if (attempt.direction == Direction::out && settings_.out == Out::free) return Decision{Outcome::grant};
    if (!attempt.wall_is_known) return Decision{Outcome::deny, "clock_unset"};
    auto moment = moment_of(attempt);
    if (!moment) return moment.error();
    const auto assigned = assignments_of(attempt.credential);
    if (!assigned) return assigned.error();
    return judge(*moment, *assigned);
  }

 private:
  Schedule(const Settings& settings, TimeZone zone, std::vector<Shift> shifts, Holidays holidays, Files files)
      : settings_(settings),
        zone_(zone),
        tolerance_{settings.early, settings.late},
        shifts_(std::move(shifts)),
        holidays_(std::move(holidays)),
        files_(std::move(files)) {}

  /// When somebody asks.
  struct Moment {
    gatepost::WallTime now;
    std::shared_ptr<const Holidays> more_holidays;
  };
  enum class State : std::uint8_t { off, off_for_holiday, on };

  Result<Moment> moment_of(const Attempt& attempt) const {
    Moment moment{attempt.wall, {}};
    if (!files_.holidays) return moment;
    auto [value, trouble] = files_.holidays->now();
    if (!value) return *trouble;
    moment.more_holidays = std::move(value);
    return moment;
  }

  Result<std::vector<Assignment>> assignments_of(const gatepost::Credential& credential) const {
    std::vector<Assignment> all;
    if (settings_.shifts.empty()) return std::vector<Assignment>{{}};
    if (files_.plan) {
      const auto [plan, trouble] = files_.plan->now();
      if (!plan) return *trouble;
      const auto found = plan->of(gatepost::support::composed_or_as_is(credential.subject));
      return std::vector<Assignment>(found.begin(), found.end());
    }
    const auto word = credential.attributes.find(settings_.by);
    if (word == credential.attributes.end()) return all;
    const std::string names = gatepost::support::plain_word(word->second) + ",";
    for (std::size_t begin = 0, end = 0; (end = names.find(',', begin)) != names.npos; begin = end + 1) {
      const auto name = gatepost::support::plain_word(std::string_view(names).substr(begin, end - begin));
      const auto shift = std::ranges::find(shifts_, name, &Shift::name);
      if (shift != shifts_.end()) all.push_back({static_cast<std::size_t>(shift - shifts_.begin())});
    }
    return all;
  }

  Decision judge(const Moment& moment, const std::vector<Assignment>& assigned) const {
    bool holiday = false;
    for (const Assignment& one : assigned) {
      const State state = state_of(one, moment);
      if (state == State::on) return {Outcome::grant, {}, facts_of(one)};
      holiday = holiday || state == State::off_for_holiday;
    }
    if (assigned.empty()) return {Outcome::deny, "no_shift"};
    if (holiday) return {Outcome::deny, "holiday", facts_of(assigned.front())};
    for (std::size_t other = 0; other < shifts_.size(); ++other)
      if (state_of({other}, moment) == State::on) return {Outcome::deny, "not_your_shift", facts_of(assigned.front())};
    return {Outcome::deny, "outside_hours", facts_of(assigned.front())};
  }

  std::map<std::string, std::string> facts_of(const Assignment& one) const {
    if (settings_.shifts.empty()) return {};
    return {{"shift", shifts_[one.shift].name}};
  }

  // A shift belongs to the day on which it begins: that day's holiday counts, and the days of a plan.
  State state_of(const Assignment& one, const Moment& moment) const {
    const auto today = zone_.day(moment.now);
    State state = State::off;
    constexpr std::chrono::days before{2}, after{1};  // as far as a shift with its tolerance reaches
    for (auto day = today - before; day <= today + after; day += std::chrono::days(1)) {
      if (day < one.from || day > one.until) continue;
      const bool is_holiday = holidays_.contains(day) || (moment.more_holidays && moment.more_holidays->contains(day));
      const auto weekday = std::chrono::weekday(day).c_encoding();
      for (const auto& times : shifts_[one.shift].times) {
        if (!times.days[is_holiday ? schedule::holiday : weekday] && !times.days[weekday]) continue;
        if (!schedule::are_on(times, day, zone_, tolerance_, moment.now)) continue;
        if (!is_holiday || times.days[schedule::holiday]) return State::on;
        state = State::off_for_holiday;
      }
    }
    return state;
  }

  const Settings settings_;
  const TimeZone zone_;
  const schedule::Tolerance tolerance_;
  const std::vector<Shift> shifts_;  ///< of one without a name: that of everybody
  const Holidays holidays_;
  const Files files_;
};

constexpr auto table = gatepost::settings(
    gatepost::field(
        "times", &Settings::times,
        "when everybody may pass, each as DAYS HH:MM-HH:MM: 'mon-fri 06:00-12:00, 13:00-18:00'; days are mon "
        "to sun, daily and holiday"),
    gatepost::field(
        "shifts", &Settings::shifts,
        "in place of times, each as NAME: DAYS HH:MM-HH:MM: 'night: sun-fri 22:00-06:00'; those of one name "
        "are one shift"),
    gatepost::field(
        "by", &Settings::by,
        "of shifts without a file: the attribute of the credential that names its holder's shift, or several "
        "with commas between"),
    gatepost::field(
        "file", &Settings::file,
        "who has which shift: CSV with the columns subject, shift and, where they are wanted, from and until "
        "(2026-11-23, both days within)"),
    gatepost::field("early", &Settings::early, "how long before the time somebody may pass").between(0min, 12h),
    gatepost::field("late", &Settings::late, "how long after the time somebody may pass").between(0min, 12h),
    gatepost::field("out", &Settings::out, "free: whoever goes out is let through at any time; timed: the times hold"),
    gatepost::field("holidays", &Settings::holidays,
                    "days on which only times with the day holiday hold, as 2026-12-25, or 12-25 for each year"),
    gatepost::field("holiday_file", &Settings::holiday_file, "further ones: CSV with the column date"),
    gatepost::field("time_zone", &Settings::time_zone,
                    "whose clocks are meant, such as Asia/Ho_Chi_Minh; empty: this machine's time zone"),
    gatepost::field("last_good_for", &Settings::last_good_for,
                    "how long a file that was right goes on while it cannot be taken; 0h: not at all")
        .between(0h, std::chrono::hours(24 * 3650)));

}  // namespace

GATEPOST_POLICY("schedule", "times of the week, shifts and holidays", table, Schedule)
