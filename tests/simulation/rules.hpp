// The plugins anti_passback and quota at work for all lanes: whoever shows a "member" card is judged by both.
#pragma once

#include <array>
#include <chrono>
#include <gatepost/policy.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/reservation.hpp"

namespace gatepost::simulation {

/// Of one life of the engine, with the reservations that the engine keeps for it. A decision knows what is durable.
class Rules {
 public:
  static constexpr std::uint32_t inside_at_most = 3;
  static constexpr std::chrono::hours forget_after{24 * 366};

  Rules();

  struct Decided {
    Decision decision{};
    std::vector<core::HeldReservation> held{};
  };
  Decided decide(const Attempt& attempt, const std::vector<Record>& durable);

 private:
  struct Rule {
    std::unique_ptr<Policy> policy;
    std::shared_ptr<core::Reservations> reservations = std::make_shared<core::Reservations>();
  };

  std::array<Rule, 2> rules_;
  std::size_t learned_ = 0;
};

std::unique_ptr<Policy> make_passback();
std::unique_ptr<Policy> make_quota();

}  // namespace gatepost::simulation
