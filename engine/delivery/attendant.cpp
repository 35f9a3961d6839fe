#include "delivery/attendant.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>

#include "delivery/courier.hpp"

namespace gatepost::delivery {

Attendant::Attendant(Pace pace)
    : pace_(pace),
      events_(NetworkEvents::open()),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

Attendant::~Attendant() {
  thread_.request_stop();
  static_cast<void>(::eventfd_write(wake_.number(), 1));
  thread_.join();
}

void Attendant::joins(Courier& courier) {
  const std::scoped_lock lock(mutex_);
  couriers_.push_back(&courier);
}

void Attendant::leaves(Courier& courier) {
  const std::scoped_lock lock(mutex_);
  std::erase(couriers_, &courier);
}

std::optional<Error> Attendant::deaf() const {
  if (events_) return {};
  return events_.error();
}

void Attendant::work(const std::stop_token& stop) {
  if (!wake_.is_open()) return;  // no descriptors left: the couriers do without
  while (!stop.stop_requested()) {
    if (!wait(pace_.look, Ear::open)) look_at_all();
    if (stop.stop_requested() || !events_ || !events_->changed()) continue;
    kick_all();
    wait(pace_.gather, Ear::shut);
    if (!stop.stop_requested() && events_->changed()) kick_all();
  }
}

// False when the time is over.
bool Attendant::wait(Duration length, Ear ear) const {
  std::array<pollfd, 2> watched{{{wake_.number(), POLLIN, 0}, {-1, POLLIN, 0}}};
  if (ear == Ear::open && events_) watched[1].fd = events_->descriptor();
  return ::poll(watched.data(), watched.size(), static_cast<int>(length / std::chrono::milliseconds(1))) != 0;
}

void Attendant::kick_all() {
  const std::scoped_lock lock(mutex_);
  for (Courier* courier : couriers_) courier->kick();
}

void Attendant::look_at_all() {
  const std::scoped_lock lock(mutex_);
  for (Courier* courier : couriers_) courier->look_for_a_hang();
}

}  // namespace gatepost::delivery
