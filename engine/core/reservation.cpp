#include "core/reservation.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::core {

Reservations::Number Reservations::add(Reservation reservation) {
  all_.emplace(++last_, std::move(reservation));
  return last_;
}

void Reservations::give_back(Number number) { all_.erase(number); }

void Reservations::learned(const Record& record) {
  if (record.kind != RecordKind::attempt) return;
  const auto found = std::ranges::find_if(all_, [&](const auto& one) {
    const Reservation& reservation = one.second;
    return reservation.lane == record.lane && reservation.at == record.at && reservation.scheme == record.scheme &&
           reservation.subject_key == record.subject;
  });
  if (found != all_.end()) all_.erase(found);
}

std::vector<Reservation> Reservations::all() const {
  std::vector<Reservation> copies;
  copies.reserve(all_.size());
  for (const auto& [number, reservation] : all_) copies.push_back(reservation);
  return copies;
}

}  // namespace gatepost::core
