// A failing plan, made smaller: what can be left out is left out, as long as the same invariant is broken.
#include <algorithm>
#include <chrono>
#include <utility>

#include "campaign.hpp"

namespace gatepost::simulation {
namespace {

// Without its numbers: which scan it is changes as others are left out.
std::string kind_of(const Violation& violation) {
  std::string kind = violation.invariant + violation.what;
  std::erase_if(kind, [](char one) { return one >= '0' && one <= '9'; });
  return kind;
}

class Shrinking {
 public:
  Shrinking(Plan plan, const Violation& violation, const Options& options, Duration patience)
      : plan_(std::move(plan)),
        invariant_(violation.invariant),
        kind_(kind_of(violation)),
        options_(options),
        end_(std::chrono::steady_clock::now() + patience) {}

  Plan run() {
    for (std::size_t before = 0; before != size() && !is_over();) {
      before = size();
      drop(&Plan::faults);
      drop(&Plan::people);
      drop_lanes();
    }
    shorten();
    plan_.why = "made smaller from seed " + std::to_string(plan_.seed) + ": " + invariant_;
    return plan_;
  }

 private:
  bool is_over() const { return std::chrono::steady_clock::now() >= end_; }
  std::size_t size() const { return plan_.faults.size() + plan_.people.size() + plan_.lanes.size(); }

  bool keep(const Plan& smaller) {
    if (is_over()) return false;
    const Outcome outcome = World(smaller, options_).run();
    if (!outcome.violation || kind_of(*outcome.violation) != kind_) return false;
    plan_ = smaller;
    return true;
  }

  // In pieces that get smaller and smaller.
  template <class T>
  void drop(std::vector<T> Plan::*list) {
    for (std::size_t piece = std::max<std::size_t>((plan_.*list).size() / 2, 1); piece > 0; piece /= 2) {
      for (std::size_t at = 0; at < (plan_.*list).size();) {
        Plan smaller = plan_;
        auto& items = smaller.*list;
        const auto first = items.begin() + static_cast<std::ptrdiff_t>(at);
        items.erase(first, first + static_cast<std::ptrdiff_t>(std::min(piece, items.size() - at)));
        if (!keep(smaller)) at += piece;
      }
    }
  }

  // The last lanes; what names one that is gone goes too.
  void drop_lanes() {
    for (int lane = static_cast<int>(plan_.lanes.size()) - 1; lane >= 0 && plan_.lanes.size() > 1; --lane) {
      Plan smaller = plan_;
      smaller.lanes.erase(smaller.lanes.begin() + lane);
      const auto leave = [lane](auto& items) {
        std::erase_if(items, [&](const auto& item) { return item.lane == lane; });
        for (auto& item : items)
          if (item.lane > lane) --item.lane;
      };
      leave(smaller.people);
      leave(smaller.faults);
      keep(smaller);
    }
  }

  void shorten() {
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
      while (plan_.faults[i].length > std::chrono::milliseconds(20)) {
        Plan smaller = plan_;
        smaller.faults[i].length /= 2;
        if (!keep(smaller)) break;
      }
      round([i](Plan& plan) -> Duration& { return plan.faults[i].at; });
      round([i](Plan& plan) -> Duration& { return plan.faults[i].length; });
    }
    for (std::size_t i = 0; i < plan_.people.size(); ++i) {
      round([i](Plan& plan) -> Duration& { return plan.people[i].at; });
      round([i](Plan& plan) -> Duration& { return plan.people[i].held; });
    }
    while (plan_.length > std::chrono::seconds(10)) {
      Plan smaller = plan_;
      smaller.length /= 2;
      if (!keep(smaller)) break;
    }
    round([](Plan& plan) -> Duration& { return plan.length; });
  }

  template <class F>
  void round(F of) {
    for (const Duration unit : {Duration(std::chrono::seconds(1)), Duration(std::chrono::milliseconds(10)),
                                Duration(std::chrono::milliseconds(1)), Duration(std::chrono::microseconds(1))}) {
      Plan smaller = plan_;
      Duration& time = of(smaller);
      time = time / unit * unit;
      if (time == of(plan_) || keep(smaller)) return;
    }
  }

  Plan plan_;
  const std::string invariant_, kind_;
  const Options options_;
  const std::chrono::steady_clock::time_point end_;
};

}  // namespace

Plan shrink(Plan plan, const Violation& violation, const Options& options, Duration patience) {
  return Shrinking(std::move(plan), violation, options, patience).run();
}

}  // namespace gatepost::simulation
