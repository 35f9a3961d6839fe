// An output of the engine: its machine, the thread that makes its calls, and its sink.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "core/output.hpp"
#include "runner.hpp"

namespace gatepost::simulation {

class World;

class OutputUnit {
 public:
  OutputUnit(World& world, int number);
  void start() { post(core::Output::Tick{}); }
  void post(core::Output::Event event) { runner_.post(std::move(event)); }
  const core::Output& machine() const { return runner_.machine(); }
  bool is_running() const { return runner_.is_running(); }
  int number() const { return number_; }
  const std::string& name() const { return machine().settings().name; }
  /// There may be something to do.
  void journal_changed();
  /// Nothing is left to do, and all is well.
  bool is_idle() const;

  /// The one call under way, as the world sees it.
  struct Call {
    core::CallId id = 0;
    bool of_sink = false, waits = false, cancelled = false;
    bool back = false;             ///< its answer waits for the machine
    Duration running{};            ///< of the process, when it began
    MonotonicTime monotonic{};     ///< when it was asked for
    std::function<void()> stop{};  ///< what a stop does to it; none: nothing
  };
  const std::optional<Call>& call() const { return call_; }
  const std::uint64_t serial;

 private:
  void before(const core::Output::Event& event);
  void emitted(const core::Output::Effect& effect);
  void perform(core::Output::Effect&& effect);
  void perform(const core::Output::Look& call);
  void perform(const core::Output::Read& call);
  void perform(const core::Output::Deliver& call);
  void perform(const core::Output::Probe& call);
  void perform(const core::Output::AskNewest& call);
  void perform(const core::Output::Park& call);
  void perform(const core::Output::Acknowledge& call);
  void perform(const core::Output::Cancel& cancel);
  void returns(Duration after, core::CallId id, std::function<core::Output::Event()> event);
  void found(core::CallId id);
  bool hangs(core::CallId id, const std::function<void()>& again, core::Output::Event stopped);
  void send(const core::Output::Deliver& call, bool begins_anew);
  bool is_carried() const;
  Delivery receive(const core::Output::Batch& batch, Stream& random);
  void carry(const core::Output::Batch& batch, std::size_t count, bool begins_anew, std::uint32_t life);
  void acknowledge(RecordId up_to, std::uint32_t life);

  World& world_;
  const int number_;
  std::optional<Call> call_;
  std::size_t step_before_ = 0;
  RecordId waits_beyond_{};  ///< what is sent already is no news
  RecordId farthest_{};      ///< that a sink was ever given
  Runner<core::Output> runner_;
};

}  // namespace gatepost::simulation
