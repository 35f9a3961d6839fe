// Brings a journal's Records to one Sink, at the Sink's own pace.
#pragma once

#include <condition_variable>
#include <gatepost/sink.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "delivery/backoff.hpp"
#include "journal/journal.hpp"
#include "journal/reader.hpp"

namespace gatepost::delivery {

struct Pace {
  std::size_t batch = 256;  ///< Records at most
  /// After the first new Record: the gate that made it moves first, and what comes meanwhile goes along.
  Duration gather = std::chrono::milliseconds(20);
  Duration first_wait = std::chrono::milliseconds(200);
  Duration longest_wait = std::chrono::seconds(30);
  std::uint32_t refusals = 5;  ///< a Record refused this often for good becomes a dead letter
};

/// How a sink is doing.
struct Progress {
  std::string sink;
  std::uint64_t cursor = 0;        ///< taken up to here
  std::uint64_t backlog = 0;       ///< Records after it
  std::uint64_t dead_letters = 0;  ///< since start
  std::optional<Error> trouble{};  ///< why it does not get on now
  MonotonicTime troubled_since{};
};

/// In order, at least once; a lane never waits for it. The thread starts with the object.
class Courier {
 public:
  /// The journal outlives the Courier and holds its cursor under the sink's name.
  Courier(std::string name, std::unique_ptr<Sink> sink, journal::Journal& journal, const Clock& clock, Pace pace = {});
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  const std::string& name() const { return name_; }
  Progress progress() const;

  /// Tries at once instead of when its wait is over: the network is back.
  void kick();
  void request_stop() { thread_.request_stop(); }

 private:
  void work(const std::stop_token& stop);
  Result<void> open_reader();
  Result<void> deliver_next(const std::stop_token& stop);
  Result<void> refused(const Record& record, const Error& error);
  void wait(Duration length, const std::stop_token& stop);
  void note(const Result<void>& result);

  const std::string name_;
  const std::unique_ptr<Sink> sink_;
  journal::Journal& journal_;
  const Clock& clock_;
  const Pace pace_;
  Backoff backoff_;
  std::optional<journal::Reader> reader_;
  std::uint64_t cursor_ = 0;
  std::uint32_t refusals_ = 0;  ///< of the Record after the cursor

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  bool kicked_ = false;
  Progress progress_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::delivery
