// Brings a journal's Records to one Sink, at the Sink's own pace.
#pragma once

#include <atomic>
#include <condition_variable>
#include <gatepost/sink.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "delivery/attendant.hpp"
#include "delivery/backoff.hpp"
#include "journal/journal.hpp"
#include "journal/reader.hpp"
#include "journal/set_aside.hpp"

namespace gatepost::delivery {

struct Pace {
  std::size_t batch = 256;  ///< Records at most
  /// After the first new Record: the gate that made it moves first, and what comes meanwhile goes along.
  Duration gather = std::chrono::milliseconds(20);
  Duration first_wait = std::chrono::milliseconds(200);
  Duration longest_wait = std::chrono::seconds(30);
  Duration longest_put_off = std::chrono::minutes(15);  ///< that a receiver may ask for
  Duration probe = std::chrono::seconds(2);             ///< between looks whether somebody is there again
  Duration nudge = std::chrono::seconds(2);             ///< a delivery under way longer than this begins anew on kick()
  Duration alarm = std::chrono::minutes(1);             ///< trouble, or a delivery, that lasts so long is an alarm
  std::uint32_t refusals = 5;                           ///< a Record refused this often for good becomes a dead letter
  /// After so many dead letters with nothing taken in between it is the receiver that is wrong, not the Records.
  std::uint32_t letters_in_a_row = 20;
  std::uint64_t most_letters = 10'000;  ///< so many are kept; then the output waits for somebody to look at them
};

/// How a sink is doing.
struct Progress {
  std::string sink;
  std::uint64_t cursor = 0;        ///< taken up to here
  std::uint64_t backlog = 0;       ///< Records after it
  std::uint64_t dead_letters = 0;  ///< kept now
  std::optional<Error> trouble{};  ///< why it does not get on now
  MonotonicTime troubled_since{};
  std::optional<MonotonicTime> delivering_since{};  ///< the sink has a batch and has not answered yet
};

/// In order, at least once; a lane never waits for it. The thread starts with the object.
class Courier {
 public:
  /// The journal outlives the Courier and holds its cursor under the sink's name; so does the attendant, where it has
  /// one.
  Courier(std::string name, std::unique_ptr<Sink> sink, journal::Journal& journal, const Clock& clock, Pace pace = {},
          Attendant* attendant = nullptr);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  const std::string& name() const { return name_; }
  Progress progress() const;

  /// The network has changed: ends a wait, unless the receiver asked for it, and begins anew what has been under way
  /// for long, since its connection may be of a network that is gone.
  void kick();

  /// Records an alarm, once, where the sink has held a batch for long without an answer.
  void look_for_a_hang();

  void request_stop() { thread_.request_stop(); }
  /// The thread has come to its end.
  bool stopped() const { return stopped_; }
  /// Waits for that, however long it takes.
  void join() { thread_.join(); }
  /// It was asked to stop and has not.
  bool lingers() const { return thread_.get_stop_token().stop_requested() && !stopped_; }
  /// Waits for that; false when it goes on after `patience`.
  bool stops(Duration patience);

 private:
  /// Why the next try must wait.
  struct Setback {
    Error error;
    bool unreachable = false;
    Duration put_off{};
    bool nudged = false;  ///< begun anew by kick(): does not wait
  };
  using Step = std::optional<Setback>;

  void work(const std::stop_token& stop);
  Step deliver_next(const std::stop_token& stop);
  Step deliver_records(const std::stop_token& stop);
  Step deliver_letter(const std::stop_token& stop);
  Delivery hand_over(std::span<const Record> batch, const std::stop_token& stop);
  Step refused(const Record& record, const Delivery& delivery);
  Step deliver_arrear(const journal::Arrear& arrear, const std::stop_token& stop);
  Step refused_arrear(const journal::Arrear& arrear, const Record& record, const Delivery& delivery);
  Result<void> open_reader();
  Setback setback(const Delivery& delivery) const;

  void pause(const Setback& setback, const std::stop_token& stop);
  bool wait(Duration length, const std::stop_token& stop, bool kickable = true);
  void note(const Step& step);
  void raise(std::string reason, const Error& error);

  const std::string name_;
  const std::unique_ptr<Sink> sink_;
  journal::Journal& journal_;
  const Clock& clock_;
  const Pace pace_;
  Attendant* const attendant_;
  Backoff backoff_;
  std::optional<journal::Reader> reader_;
  std::optional<journal::Salvage> salvage_;  ///< of the journal set aside that is read now
  std::uint64_t salvage_epoch_ = 0;
  std::uint64_t cursor_ = 0;
  std::uint32_t refusals_ = 0;          ///< of the Record after the cursor
  std::uint32_t letters_in_a_row_ = 0;  ///< nothing was taken since

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  bool kicked_ = false;
  bool nudged_ = false;
  bool trouble_said_ = false, hang_said_ = false;  ///< as alarms
  std::stop_source under_way_{std::nostopstate};   ///< of the delivery that the sink has now
  Progress progress_;
  std::atomic<bool> stopped_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::delivery
