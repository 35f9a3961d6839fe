// An Input with the thread that runs it, again and again.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <gatepost/input.hpp>
#include <gatepost/record.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <thread>

#include "config/no_scans.hpp"
#include "runtime/lane.hpp"
#include "runtime/record_writer.hpp"
#include "supervisor/flight_recorder.hpp"
#include "supervisor/input_feedback.hpp"

namespace gatepost::supervisor {

/// How long to wait before an Input that failed is run again: doubling, with jitter, back to the first after a good
/// run.
struct Patience {
  Duration first = std::chrono::milliseconds(100);
  Duration longest = std::chrono::seconds(5);
};

/// Runs one Input until told to stop and hands its Readings to the lane that it is attached to. A device that is absent
/// is waited for. Its coming and going are Records, once each. The thread starts with the object.
class InputRunner final : private InputHost {
 public:
  /// Is told of a contact's alarm and of its end, from the InputRunner's thread.
  using AlarmListener = std::function<void(const std::string& device, bool on)>;

  /// `writer` and `clock` outlive the InputRunner. Till it is attached it keeps what it reads, 64 Readings at most.
  InputRunner(std::string device, std::unique_ptr<Input> input, runtime::RecordWriter& writer, const Clock& clock,
              AlarmListener bell = {}, Keep keep = Keep::all, Patience patience = {}, config::NoScans no_scans = {});
  InputRunner(const InputRunner&) = delete;
  InputRunner& operator=(const InputRunner&) = delete;
  ~InputRunner();

  const std::string& device() const { return device_; }
  bool tells_of_alarms() const { return tells_of_alarms_; }

  enum class Presence { unknown, up, down };
  /// Who was not let in by the device, or lost his place.
  struct Refused {
    std::uint64_t count = 0;
    std::string who{}, why{};  ///< the last one
    MonotonicTime at{};
  };
  struct Vitals {
    std::string device, lane;
    Presence presence = Presence::unknown;
    MonotonicTime since{};       ///< of the presence
    std::string detail{};        ///< its identity, or why it is down
    std::uint64_t restarts = 0;  ///< runs after the first
    std::uint64_t ignored = 0;   ///< texts that are no scans
    Refused refused{};
  };
  Vitals vitals() const;

  /// From now on Readings go to this lane, those that were kept first. The lane lives till attach to another or detach.
  /// `direction`: none where it has to be said.
  void attach(runtime::Lane& lane, std::optional<Direction> direction);
  /// From now on Readings and signals go nowhere: the device is no longer part of the site.
  void detach();

  /// A device has come or gone: one that is waited for is looked for at once.
  void try_now();

  /// How the run began, the first one since the start or since run_again: open, ended well before it ever said so, or
  /// an Error. Also an Error when neither comes within `patience`, or when `stop` is asked for.
  Result<void> opens(Duration patience, const std::stop_token& stop);

  const FlightRecorder& recorder() const { return recorder_; }

  void request_stop() { thread_.request_stop(); }
  /// Asks it to stop; true when the device is let go within `patience`.
  bool lets_go(Duration patience);
  /// After lets_go: the same Input runs again.
  void run_again();

 private:
  using Lock = std::unique_lock<std::mutex>;

  void emit(Reading reading) override;
  void signal(Signal signal, MonotonicTime seen) override;
  void raw(const RawInput& input) override { recorder_.keep(input); }
  bool ignores(std::string_view text) override;
  void refused(std::string_view who, std::string_view why) override;
  void opened(std::string_view identity) override;
  std::size_t room() const override;

  void begin();
  void offer(Reading reading);
  void work(const std::stop_token& stop);
  void work_on(const std::stop_token& stop);
  void settle(const Result<void>& how);
  bool pause(Duration length, const std::stop_token& stop);
  void note(Presence presence, const std::string& detail_key, const std::string& detail);
  void turn(Presence presence, const std::string& detail_key, const std::string& detail);
  void say();
  void tell_of_contact(const std::string& why);
  void alarm(std::string reason, const Error& error);

  const std::string device_;
  const std::unique_ptr<Input> input_;
  const bool tells_of_alarms_;
  runtime::RecordWriter& writer_;
  const Clock& clock_;
  const AlarmListener bell_;
  const Patience patience_;
  const config::NoScans no_scans_;
  FlightRecorder recorder_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  runtime::Lane* lane_ = nullptr;  ///< null: not attached
  std::optional<Direction> direction_ = Direction::in;
  bool detached_ = false;
  std::deque<Reading> kept_;  ///< till it is attached
  std::optional<Result<void>> settled_;
  bool at_work_ = false;
  bool hurry_ = false;  ///< try_now was called, and not yet heeded
  Presence presence_ = Presence::unknown;
  MonotonicTime since_{};
  std::string detail_;
  std::uint64_t runs_ = 0;
  bool contact_lost_ = false;  ///< an operator was told
  std::uint64_t ignored_ = 0;
  Refused refused_;
  std::optional<Record> unsaid_;             ///< the presence, till it is attached
  std::shared_ptr<InputFeedback> feedback_;  ///< null: the device wants to hear nothing
  std::minstd_rand random_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::supervisor
