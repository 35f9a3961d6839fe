// How many may be inside at once, and how often a day somebody may come in.
#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/presence.hpp>
#include <gatepost/support/time_zone.hpp>

namespace {

using namespace std::chrono_literals;
using gatepost::Attempt;
using gatepost::Decision;
using gatepost::Direction;
using gatepost::Error;
using gatepost::Outcome;
using gatepost::Record;
using gatepost::Reservation;
using gatepost::Result;
using gatepost::WallTime;
using gatepost::support::Movement;
using gatepost::support::Person;
using gatepost::support::Presence;
using gatepost::support::Schemes;
using gatepost::support::TimeZone;

constexpr std::uint32_t most_passes = 1000;

struct Settings {
  std::uint32_t inside_at_most = 0;
  std::uint32_t passes_per_day = 0;
  std::chrono::seconds forget_after = 16h;
  std::string time_zone{};
  Schemes schemes = Schemes::together;  // a second code of the same number is no second person
};

class Quota final : public gatepost::Policy {
 public:
  static constexpr std::array reasons{
      gatepost::ReasonText{"full", "en", "no more people may come in now"},
      gatepost::ReasonText{"full", "vi", "bên trong đã đủ người"},
      gatepost::ReasonText{"passes_spent", "en", "came in as often today as is allowed"},
      gatepost::ReasonText{"passes_spent", "vi", "đã hết số lượt vào trong ngày"},
  };

  static Result<void> check(const Settings& settings) {
    if (settings.inside_at_most > 0 || settings.passes_per_day > 0) return {};
    return Error{"neither inside_at_most nor passes_per_day is set, so it limits nothing", "quota",
                 "set one of them, or both"};
  }

  static Result<std::unique_ptr<Quota>> make(const Settings& settings, const gatepost::Instance&) {
    const auto zone = TimeZone::find(settings.time_zone);
    if (!zone) return zone.error();
    return std::unique_ptr<Quota>(new Quota(settings, *zone));
  }

  Result<Decision> decide(const Attempt& attempt) const override {
    if (attempt.subject_key.empty())
      return Error{"the attempt names nobody", "policy quota",
                   "let the lane's credentials name their holders, and write subjects: clear or subjects: hash"};
    if (attempt.direction == Direction::out) return Decision{Outcome::grant};
    if (settings_.passes_per_day > 0) {
      if (!attempt.wall_is_known) return Decision{Outcome::deny, "clock_unset"};
      if (passes_today(attempt) >= settings_.passes_per_day) return Decision{Outcome::deny, "passes_spent"};
    }
    if (settings_.inside_at_most > 0 && others_inside(attempt) >= settings_.inside_at_most)
      return Decision{Outcome::deny, "full"};
    return Decision{Outcome::grant};
  }

  void learn(const Record& record) override {
    presence_.learn(record);
    entries_.learn(record);
  }

  gatepost::Duration horizon() const override {
    constexpr auto longest_day = 25h;  // one on which clocks are put back
    gatepost::Duration longest = settings_.passes_per_day > 0 ? longest_day : 0h;
    if (settings_.inside_at_most > 0) longest = std::max<gatepost::Duration>(longest, settings_.forget_after);
    return longest;
  }
  bool needs_subject() const override { return true; }

 private:
  Quota(const Settings& settings, TimeZone zone)
      : settings_(settings),
        zone_(zone),
        presence_(settings.schemes),
        entries_(settings.schemes,
                 {.movements = settings.passes_per_day + Presence::Keeps{}.movements, .only = Direction::in}) {}

  Person person_of(const Attempt& attempt) const {
    return presence_.person(attempt.credential.scheme, attempt.subject_key);
  }

  // Whoever goes out may turn back in the gate: a way out on its way to a Record makes no room yet.
  std::vector<Person> coming_in(const Attempt& attempt) const {
    std::vector<Person> people;
    for (const Reservation& one : attempt.reserved)
      if (one.zone == attempt.zone && one.direction == Direction::in)
        people.push_back(presence_.person(one.scheme, one.subject_key));
    return people;
  }

  std::size_t passes_today(const Attempt& attempt) const {
    const auto today = zone_.day(attempt.wall);
    const Person person = person_of(attempt);
    const auto passes = entries_.movements(attempt.zone, person);
    const auto before = std::ranges::count_if(
        passes, [&](const Movement& pass) { return !pass.wall || zone_.day(*pass.wall) == today; });
    return static_cast<std::size_t>(before + std::ranges::count(coming_in(attempt), person));
  }

  std::size_t others_inside(const Attempt& attempt) const {
    const auto now = attempt.wall_is_known ? std::optional(attempt.wall) : std::nullopt;
    const Person person = person_of(attempt);
    const auto coming = coming_in(attempt);
    std::set<Person> others(coming.begin(), coming.end());
    others.erase(person);
    const auto inside = presence_.count_inside(attempt.zone, [&](const Person& other, const Movement& came) {
      return other != person && !others.contains(other) && came.is_within(settings_.forget_after, now);
    });
    return inside + others.size();
  }

  const Settings settings_;
  const TimeZone zone_;
  Presence presence_;
  Presence entries_;  ///< of ways in alone
};

constexpr auto table = gatepost::settings(
    gatepost::field("inside_at_most", &Settings::inside_at_most,
                    "how many people may be inside the lane's zone at once; 0: any number")
        .between(0, 100'000),
    gatepost::field("passes_per_day", &Settings::passes_per_day,
                    "how often one person may come into the lane's zone on a day; 0: any number")
        .between(0, most_passes),
    gatepost::field(
        "forget_after", &Settings::forget_after,
        "of inside_at_most: who came in longer ago takes no room any more, so that who forgot to scan on his "
        "way out does not")
        .between(1min, std::chrono::hours(24 * 366)),
    gatepost::field(
        "time_zone", &Settings::time_zone,
        "where the days of passes_per_day begin, such as Asia/Ho_Chi_Minh; empty: this machine's time zone"),
    gatepost::field("schemes", &Settings::schemes,
                    "whether one subject under two credential formats is one person, or two"));

}  // namespace

GATEPOST_POLICY("quota", "so many people inside at once, or so many passes a day", table, Quota)
