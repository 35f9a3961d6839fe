// Tells systemd, where it runs the site, when it is ready, how it is, and that it still works.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>
#include <string>

#include "runtime/observer.hpp"
#include "supervisor/health_check.hpp"

namespace gatepost::supervisor {

/// Where nothing asked to be told it does nothing, and has no timer. The line of how the site is follows what happens,
/// at most once a second. That the site still works is said only by the main loop, and only while health_check.hpp
/// finds nothing stalled.
class SystemdNotifier final : public runtime::Observer {
 public:
  /// `main`: the main loop, which outlives it.
  explicit SystemdNotifier(boost::asio::io_context& main);

  // Of the main thread.
  /// The site is ready. `look` is called till stopping().
  void ready(std::function<HealthCheck()> look);
  void stopping();

  // From any thread.
  void reloading();
  void reloaded();
  void answered(const core::Answer& answer) override;
  void recorded(const Record& record) override;

 private:
  void note_news();
  void tell_soon();
  void tell(const HealthCheck& health);
  void beat();

  const bool heard_;
  const std::optional<Duration> patience_;
  boost::asio::io_context& main_;
  boost::asio::steady_timer pace_, heart_;
  std::function<HealthCheck()> look_;  ///< empty: not ready yet, or stopping
  MonotonicTime told_at_{};
  std::string told_;
  std::string stall_;  ///< what was last found stalled
  std::atomic<bool> news_ = false, stopping_ = false;
};

}  // namespace gatepost::supervisor
