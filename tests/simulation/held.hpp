// What a scan of the simulation holds of a rule that granted it.
#pragma once

#include <memory>
#include <utility>

#include "core/reservation.hpp"

namespace gatepost::simulation {

/// Reserved until it is let go of; nothing where the rule has gone before (a power cut).
inline core::HeldReservation hold(const std::shared_ptr<core::Reservations>& reservations, Reservation reservation) {
  const auto number = reservations->add(std::move(reservation));
  const auto give_back = [all = std::weak_ptr(reservations), number](core::Reservations* held) {
    if (!all.expired()) held->give_back(number);
  };
  return {reservations.get(), give_back};
}

}  // namespace gatepost::simulation
