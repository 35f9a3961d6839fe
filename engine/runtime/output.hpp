// An output at work: the state machine, its Sink, and the thread that brings it the journal's Records.
#pragma once

#include <atomic>
#include <gatepost/sink.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "core/output.hpp"
#include "journal/journal.hpp"
#include "journal/quarantine.hpp"
#include "journal/reader.hpp"
#include "runtime/machine_runner.hpp"
#include "runtime/network_monitor.hpp"

namespace gatepost::runtime {

/// How a sink is doing.
struct Progress {
  std::string sink;
  std::uint64_t cursor = 0;        ///< taken up to here
  std::uint64_t backlog = 0;       ///< Records after it
  std::uint64_t dead_letters = 0;  ///< kept now
  std::optional<Error> trouble{};  ///< why it does not get on now
  MonotonicTime troubled_since{};
  std::optional<Duration> put_off_for{};            ///< so long the receiver asked not to be tried
  std::optional<MonotonicTime> delivering_since{};  ///< the sink has a batch and has not answered yet
};

/// In order, at least once; a lane never waits for it. It begins with the object. Thread-safe.
class Output {
 public:
  /// What it stands on. All outlive it; the journal holds its cursor under the output's name.
  struct Surroundings {
    journal::Journal& journal;
    const Clock& clock;
    Watchdog& watchdog;
    NetworkMonitor* network = nullptr;  ///< null: it finds a network that is back by trying
  };
  Output(core::OutputSettings settings, std::unique_ptr<Sink> sink, const Surroundings& around);
  /// Waits for the sink, however long it takes.
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  const std::string& name() const { return name_; }
  Progress progress() const;

  /// The network has changed: ends a wait, unless the receiver asked for it, and begins anew what has been under way
  /// for long, since its connection may be of a network that is gone.
  void kick() { machine_.post(core::Output::Kick{}); }

  void request_stop();
  /// It was asked to stop, and nothing is under way any more.
  bool stopped() const { return stops(Duration::zero()); }
  /// Waits for that; false when it goes on after `patience`.
  bool stops(Duration patience) const;
  /// Waits for that, however long it takes.
  void join() const;
  /// It was asked to stop and has not.
  bool lingers() const { return stop_asked_ && !stopped(); }
  /// Another takes its place, though it has not stopped: what this one's sink still takes moves no cursor any more, for
  /// that is the other's now, whose sink may be another.
  void give_way();

 private:
  using Machine = core::Output;
  using Self = Worker::Self;

  void perform(Machine::Effect&& effect, Self* self);
  void perform(Machine::Look&& call, Self* self);
  void perform(Machine::Read&& call, Self* self);
  void perform(Machine::Deliver&& call, Self* self);
  void perform(Machine::Probe&& call, Self* self);
  void perform(Machine::AskNewest&& call, Self* self);
  void perform(Machine::Park&& call, Self* self);
  void perform(Machine::Acknowledge&& call, Self* self);
  void perform(Machine::MoveCursor&& move, Self* self);
  void perform(Machine::MoveBacklog&& move, Self* self);
  void perform(Machine::ReportDamage&& report, Self* self);
  void perform(Machine::Post&& post, Self* self);
  void perform(Machine::Cancel&& cancel, Self* self);
  template <class Call>
  void submit(Self* self, Call call);
  template <class Move>
  void move_place(Move move);

  // Of the output's own thread.
  Machine::Outlook outlook() const;
  void wait_for_work(const journal::Sent& sent, const std::stop_token& stop) const;
  Machine::Rows read(const Machine::Read& call);
  Machine::Rows read_backlog(const Machine::Read& call);
  Result<void> open_reader(std::uint64_t epoch);
  template <class Answer, class Ask>
  Answer ask_sink(Ask ask) const;

  class Acknowledgements;

  const std::string name_;
  const std::shared_ptr<Acknowledgements> acknowledgements_;
  const std::unique_ptr<Sink> sink_;
  const Surroundings around_;
  std::optional<journal::Reader> reader_;
  std::optional<journal::DamagedJournal> salvage_;  ///< of the journal set aside that is read now
  std::uint64_t salvage_epoch_ = 0;
  std::atomic<bool> stop_asked_ = false;
  std::mutex place_;  ///< of what follows, also while the cursor is moved
  bool has_given_way_ = false;
  std::stop_source under_way_;  ///< of the call; of whoever performs effects: one at a time
  MachineRunner<Machine> machine_;
  // Last: they use all of the above.
  Worker worker_;
  std::optional<Worker> canceller_;  ///< a sink's stop callbacks are its code: nobody else waits for them
};

}  // namespace gatepost::runtime
