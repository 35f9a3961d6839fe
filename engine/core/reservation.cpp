#include "core/reservation.hpp"

#include <algorithm>
#include <utility>

#include "core/hooks.hpp"

namespace gatepost::core {

Reservations::Number Reservations::add(Reservation reservation) {
  all_.push_back(std::move(reservation));
  numbers_.push_back(++last_);
  return last_;
}

void Reservations::give_back(Number number) {
  const auto found = std::ranges::find(numbers_, number);
  if (found != numbers_.end()) remove(static_cast<std::size_t>(found - numbers_.begin()));
}

void Reservations::learned(const Record& record) {
  if (record.kind != RecordKind::attempt) return;
  const auto found = std::ranges::find_if(all_, [&](const Reservation& one) {
    return one.lane == record.lane && one.at == record.at && one.scheme == record.scheme &&
           one.subject_key == record.subject;
  });
  if (found != all_.end()) remove(static_cast<std::size_t>(found - all_.begin()));
}

void Reservations::remove(std::size_t index) {
  all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(index));
  numbers_.erase(numbers_.begin() + static_cast<std::ptrdiff_t>(index));
}

}  // namespace gatepost::core
