#include "runtime/network_monitor.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>

#include "runtime/output.hpp"

namespace gatepost::runtime {

NetworkMonitor::NetworkMonitor(Duration gather)
    : gather_(gather),
      events_(NetworkEvents::open()),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

NetworkMonitor::~NetworkMonitor() {
  thread_.request_stop();
  static_cast<void>(::eventfd_write(wake_.number(), 1));
  thread_.join();
}

void NetworkMonitor::joins(Output& output) {
  const std::scoped_lock lock(mutex_);
  outputs_.push_back(&output);
}

void NetworkMonitor::leaves(Output& output) {
  const std::scoped_lock lock(mutex_);
  std::erase(outputs_, &output);
}

std::optional<Error> NetworkMonitor::deaf() const {
  if (events_) return {};
  return events_.error();
}

void NetworkMonitor::work(const std::stop_token& stop) {
  if (!wake_.is_open() || !events_) return;  // the outputs do without
  while (!stop.stop_requested()) {
    wait_for_change();
    if (stop.stop_requested() || !events_->changed()) continue;
    kick_all();
    wait(gather_);
    if (!stop.stop_requested() && events_->changed()) kick_all();
  }
}

void NetworkMonitor::wait_for_change() const {
  std::array<pollfd, 2> watched{{{wake_.number(), POLLIN, 0}, {events_->descriptor(), POLLIN, 0}}};
  static_cast<void>(::poll(watched.data(), watched.size(), -1));
}

// Or until it ends.
void NetworkMonitor::wait(Duration length) const {
  pollfd watched{wake_.number(), POLLIN, 0};
  static_cast<void>(::poll(&watched, 1, static_cast<int>(length / std::chrono::milliseconds(1))));
}

void NetworkMonitor::kick_all() {
  const std::scoped_lock lock(mutex_);
  for (Output* output : outputs_) output->kick();
}

}  // namespace gatepost::runtime
