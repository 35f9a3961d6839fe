// An Input with the thread that runs it, again and again.
#pragma once

#include <condition_variable>
#include <gatepost/input.hpp>
#include <gatepost/record.hpp>
#include <memory>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <thread>

#include "lane/lane.hpp"
#include "lane/ledger.hpp"

namespace gatepost::supervisor {

/// How long to wait before an Input that failed is run again: doubling, with jitter, back to the first after a good
/// run.
struct Patience {
  Duration first = std::chrono::milliseconds(100);
  Duration longest = std::chrono::seconds(5);
};

/// Runs one Input until told to stop and hands its Readings to a lane. A device that is absent is waited for. Its
/// coming and going are Records, once each.
class Feed final : private InputHost {
 public:
  /// `lane`, `ledger` and `clock` outlive the Feed. Starts the thread.
  Feed(std::string device, std::unique_ptr<Input> input, Direction direction, lane::Lane& lane, lane::Ledger& ledger,
       const Clock& clock, Patience patience = {});
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  const std::string& device() const { return device_; }

  enum class Presence { unknown, up, down };
  struct Vitals {
    std::string device, lane;
    Presence presence = Presence::unknown;
    MonotonicTime since{};       ///< of the presence
    std::string detail{};        ///< its identity, or why it is down
    std::uint64_t restarts = 0;  ///< runs after the first
  };
  Vitals vitals() const;
  void request_stop() { thread_.request_stop(); }

 private:
  void emit(Reading reading) override;
  void opened(std::string_view identity) override;
  std::size_t room() const override { return lane_.room(); }

  void work(const std::stop_token& stop);
  void pause(Duration length, const std::stop_token& stop);
  void note(Presence presence, std::string detail_key, std::string detail);

  const std::string device_;
  const std::unique_ptr<Input> input_;
  const Direction direction_;
  lane::Lane& lane_;
  lane::Ledger& ledger_;
  const Clock& clock_;
  const Patience patience_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  Presence presence_ = Presence::unknown;
  MonotonicTime since_{};
  std::string detail_;
  std::uint64_t runs_ = 0;
  std::minstd_rand random_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::supervisor
