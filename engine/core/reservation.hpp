// Grants that are decided and not yet learned, so that two lanes never spend one quota.
#pragma once

#include <cstdint>
#include <gatepost/policy.hpp>
#include <gatepost/record.hpp>
#include <map>
#include <memory>
#include <vector>

namespace gatepost::core {

/// What a scan holds of a policy that learns and has granted it. Let go of, the grant is given back.
using HeldReservation = std::shared_ptr<void>;

/// The grants of one policy that it has not learned yet. Of one thread at a time.
class Reservations {
 public:
  using Number = std::uint64_t;
  Number add(Reservation reservation);
  /// Nothing where it was learned meanwhile.
  void give_back(Number number);
  /// The Record is part of what the policy knows now: the grant that led to it is counted there, and not twice.
  void learned(const Record& record);
  std::vector<Reservation> all() const;

 private:
  std::map<Number, Reservation> all_;
  Number last_ = 0;
};

}  // namespace gatepost::core
