#include "supervisor/systemd_notifier.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <iostream>
#include <utility>

#include "observe/service_manager.hpp"

namespace gatepost::supervisor {
namespace {

using namespace std::chrono_literals;
namespace manager = observe::service_manager;

constexpr Duration between_lines = 1s;
constexpr int beats_in_patience = 3;  // one that is late, or that found a lane between two steps, is not the end

}  // namespace

SystemdNotifier::SystemdNotifier(boost::asio::io_context& main)
    : heard_(manager::listens()), patience_(manager::patience()), main_(main), pace_(main), heart_(main) {}

void SystemdNotifier::ready(std::function<HealthCheck()> look) {
  if (!heard_) return;
  look_ = std::move(look);
  manager::ready();
  if (patience_)
    beat();
  else
    tell(look_());
}

void SystemdNotifier::stopping() {
  if (!heard_) return;
  look_ = {};
  stopping_ = true;
  manager::stopping();
}

void SystemdNotifier::reloading() {
  if (heard_ && !stopping_) manager::reloading();
}

void SystemdNotifier::reloaded() {
  if (!heard_ || stopping_) return;
  manager::ready();
  note_news();
}

void SystemdNotifier::answered(const core::Answer&) { note_news(); }
void SystemdNotifier::recorded(const Record&) { note_news(); }

// A lane calls this: nothing but a flag, and once a second a post.
void SystemdNotifier::note_news() {
  if (!heard_ || news_.exchange(true)) return;
  boost::asio::post(main_, [this] { tell_soon(); });
}

void SystemdNotifier::tell_soon() {
  if (!look_) return;
  pace_.expires_at(told_at_ + between_lines);  // in the past: at once
  pace_.async_wait([this](const boost::system::error_code& failed) {
    if (failed || !look_) return;
    news_ = false;
    tell(look_());
  });
}

void SystemdNotifier::tell(const HealthCheck& health) {
  told_at_ = SystemClock().now();
  std::string line = stall_.empty() ? health.line : "stalled: " + stall_;
  if (line == told_) return;
  told_ = std::move(line);
  manager::status(told_);
}

void SystemdNotifier::beat() {
  if (!look_) return;
  const HealthCheck health = look_();
  std::string stall;
  for (const auto& what : health.stalled) stall += (stall.empty() ? "" : "; ") + what;
  if (stall.empty()) manager::alive();
  if (!stall.empty() && stall != stall_)
    std::cerr << "gatepost run: " << stall << "; systemd is no longer told that this site works" << std::endl;
  stall_ = std::move(stall);
  tell(health);
  heart_.expires_after(*patience_ / beats_in_patience);
  heart_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed) beat();
  });
}

}  // namespace gatepost::supervisor
