// A gate's board, and where Records go, as scenarios of gates and lanes have them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <gatepost/actuator.hpp>
#include <mutex>
#include <semaphore>

#include "runtime/record_writer.hpp"
#include "scenario.hpp"

namespace gatepost::interleaving {

/// Fails and hangs now and then, till it is mended.
class Board final : public Actuator {
 public:
  Result<void> rest() override { return called(Result<void>()); }
  Result<MonotonicTime> release(const Command&) override { return called(Result<MonotonicTime>(SystemClock().now())); }
  Result<Duration> hold_open() override { return called(Result<Duration>(std::chrono::seconds(2))); }
  Result<Passage> passage(const Command&, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, stop, std::chrono::seconds(draw(4)), [] { return false; });
    return called(Result<Passage>(Passage(Passage::seen)));
  }

  void mend() {
    is_well_ = true;
    comes_back_.release(100);
  }
  int under_way() const { return under_way_; }

 private:
  template <class T>
  T called(T result) {
    ++under_way_;
    const bool fails = !is_well_ && draw(8) == 0;
    if (!is_well_ && draw(8) == 0) comes_back_.acquire();
    --under_way_;
    if (fails) return Error{"fails", "board", "wait"};
    return result;
  }

  std::atomic<int> under_way_ = 0;
  std::atomic<bool> is_well_ = false;
  std::counting_semaphore<> comes_back_{0};
};

class Ledger final : public runtime::RecordWriter {
 public:
  Result<RecordId> commit(Record, BootTime) override { return RecordId{.epoch = 1, .sequence = ++kept_}; }
  void post(Record) override { ++kept_; }

 private:
  std::atomic<std::uint64_t> kept_ = 0;
};

}  // namespace gatepost::interleaving
