// Days at the lanes of a site, drawn: who was let through or not, and what became of it.
#pragma once

#include <rapidcheck.h>
#include <gatepost/record.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace gatepost::world {

/// Of three people, two zones and two credential formats, so that they meet often.
struct Step {
  enum What : std::uint8_t { granted, denied, pressed, nobody_went, seen, reads };
  What what = granted;
  unsigned person = 0, zone = 0, scheme = 0, back = 0;  ///< back: of the granted ones, counted from the newest
  Direction direction = Direction::in;
  std::chrono::minutes later{};
  bool clock_is_set = true;
};
inline std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "{" << int(step.what) << " person " << step.person << " zone " << step.zone << " scheme " << step.scheme
             << " back " << step.back << " " << to_word(step.direction) << " +" << step.later.count() << "min "
             << step.clock_is_set << "}";
}

inline const std::array<std::string, 2> zones{"", "hall"}, schemes{"staff", "visitor"};
inline const std::array<std::string, 3> people{"E1", "E2", "E3"};

inline rc::Gen<Step> any_step() {
  const auto what = rc::gen::weightedElement<Step::What>({{8, Step::granted},
                                                          {1, Step::denied},
                                                          {1, Step::pressed},
                                                          {3, Step::nobody_went},
                                                          {1, Step::seen},
                                                          {1, Step::reads}});
  return rc::gen::build<Step>(
      rc::gen::set(&Step::what, what), rc::gen::set(&Step::person, rc::gen::inRange(0U, 3U)),
      rc::gen::set(&Step::zone, rc::gen::inRange(0U, 2U)), rc::gen::set(&Step::scheme, rc::gen::inRange(0U, 2U)),
      rc::gen::set(&Step::back, rc::gen::inRange(0U, 3U)),
      rc::gen::set(&Step::direction, rc::gen::element(Direction::in, Direction::out)),
      rc::gen::set(&Step::later, rc::gen::map(rc::gen::inRange(0, 200), [](int n) { return std::chrono::minutes(n); })),
      rc::gen::set(&Step::clock_is_set, rc::gen::weightedElement<bool>({{9, true}, {1, false}})));
}

/// The Records that a journal would have of it.
class Passages {
 public:
  explicit Passages(WallTime begin = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 3 / 1))) : wall_(begin) {}

  /// The next one.
  Record record(const Step& step) {
    wall_ += step.later;
    Record record{.id = {4017, 1, ++last_}, .wall = wall_, .lane = "main", .direction = step.direction};
    record.clock = {step.clock_is_set ? ClockSource::network : ClockSource::unset, Duration::max()};
    if (!step.clock_is_set) record.wall = WallTime(std::chrono::seconds(last_));
    if (step.what == Step::nobody_went || step.what == Step::seen) return after(step, std::move(record));
    if (step.what != Step::pressed) {
      record.scheme = schemes.at(step.scheme);
      record.subject = people.at(step.person);
    }
    record.outcome = step.what == Step::denied  ? Outcome::deny
                     : step.what == Step::reads ? Outcome::inform
                                                : Outcome::grant;
    if (!zones.at(step.zone).empty()) record.details[zone_detail] = zones.at(step.zone);
    if (record.outcome == Outcome::grant) granted_.push_back(last_);
    return record;
  }
  WallTime wall() const { return wall_; }

 private:
  Record after(const Step& step, Record record) {
    const bool nobody = step.what == Step::nobody_went;
    const std::array<const char*, 3> words{"timed_out", "actuator_failed", "kept_too_late"};
    record.kind = nobody && step.person > 0 ? RecordKind::alarm : RecordKind::passage;
    record.reason = nobody ? words.at(step.person) : "seen";
    record.about = step.back < granted_.size() ? granted_[granted_.size() - 1 - step.back] : 0;
    return record;
  }

  WallTime wall_;
  std::uint64_t last_ = 0;
  std::vector<std::uint64_t> granted_;
};

}  // namespace gatepost::world
