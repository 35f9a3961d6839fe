// The lamps of one board, and the thread that switches them.
#pragma once

#include <condition_variable>
#include <gatepost/hal/relay.hpp>
#include <gatepost/time.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <thread>

namespace lamp {

/// All are off at the beginning and at the end. A board that is absent or gone is opened anew, again and again.
class Lights {
 public:
  /// `channels`: all that it owns; the board's others are left alone.
  /// `find`: the drivers that plugins bring.
  Lights(gatepost::hal::Address board, gatepost::hal::FindBoard find, const std::set<int>& channels,
         gatepost::Duration time);
  Lights(const Lights&) = delete;
  Lights& operator=(const Lights&) = delete;
  ~Lights() = default;

  /// `on` is lit for the set time, beginning now, and `off` goes out; 0: neither.
  void show(int on, int off);

  /// Why no lamp can be switched now.
  std::optional<gatepost::Error> trouble() const;

 private:
  struct Lamp {
    gatepost::MonotonicTime until{};  ///< lit
    std::optional<bool> lit{};        ///< as it was last switched
  };
  using Lock = std::unique_lock<std::mutex>;

  void work(const std::stop_token& stop);
  gatepost::MonotonicTime due() const;
  gatepost::Result<void> switch_all(Lock& lock, gatepost::MonotonicTime now);

  const gatepost::hal::Address address_;
  const gatepost::hal::FindBoard find_;
  const gatepost::Duration time_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<int, Lamp> lamps_;
  bool news_ = true;
  gatepost::MonotonicTime retry_{};
  std::optional<gatepost::Error> trouble_;
  std::unique_ptr<gatepost::hal::Relay> board_;  ///< of the thread alone
  std::jthread thread_;                          // last: it uses all of the above
};

}  // namespace lamp
