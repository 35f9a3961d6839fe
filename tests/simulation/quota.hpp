// A policy that all lanes of a site share and that learns: each holder of a "once" card may pass once.
#pragma once

#include <algorithm>
#include <gatepost/policy.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "held.hpp"

namespace gatepost::simulation {

/// Of one life of the engine, with the reservations that the engine keeps for it. A decision knows what is durable.
class Quota {
 public:
  struct Decided {
    bool granted = true;
    core::HeldReservation held{};
  };
  Decided decide(const std::string& lane, const Reading& reading, const std::string& subject,
                 const std::vector<Record>& durable) {
    for (; learned_ < durable.size(); ++learned_) learn(durable[learned_]);
    const bool reserved =
        std::ranges::any_of(reservations_->all(), [&](const Reservation& one) { return one.subject_key == subject; });
    if (spent_.contains(subject) || reserved) return {false};
    return {true, hold(reservations_, {.lane = lane, .subject_key = subject, .at = reading.seen})};
  }

 private:
  void learn(const Record& record) {
    reservations_->learned(record);
    if (record.kind == RecordKind::attempt && record.outcome == gatepost::Outcome::grant) spent_.insert(record.subject);
  }

  std::shared_ptr<core::Reservations> reservations_ = std::make_shared<core::Reservations>();
  std::set<std::string> spent_;
  std::size_t learned_ = 0;
};

}  // namespace gatepost::simulation
