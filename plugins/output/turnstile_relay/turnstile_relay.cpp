// Turnstiles, doors and barriers that a relay moves.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <gatepost/descriptor.hpp>
#include <gatepost/hal/board.hpp>
#include <gatepost/hal/device_needs.hpp>
#include <mutex>

#include "gate_board.hpp"
#include "gate_closer.hpp"
#include "sensors.hpp"
#include "wiring.hpp"

namespace {

using gatepost::Command;
using gatepost::Direction;
using gatepost::Duration;
using gatepost::Error;
using gatepost::MonotonicTime;
using gatepost::Passage;
using gatepost::RestState;
using gatepost::Result;
using gatepost::hal::Address;
using turnstile::Choice;
using turnstile::Fail;
using turnstile::GateCloser;
using turnstile::InAlarm;
using turnstile::Mode;
using turnstile::Sensors;
using namespace std::chrono_literals;

struct Settings {
  std::string board;
  std::uint8_t in = 1;
  std::uint8_t out = 0;
  std::vector<std::string> channels;
  Mode mode = Mode::pulse;
  std::chrono::milliseconds pulse = 500ms;
  Fail fail = Fail::secure;
  Choice after_kill = Choice::automatic;
  InAlarm in_alarm = InAlarm::automatic;
  std::string sensor;
  std::string sensor_in;
  std::string sensor_out;
  std::chrono::milliseconds passage_timeout = 5s;
};

constexpr auto table = gatepost::settings(
    gatepost::field("board", &Settings::board,
                    "address of the relay board: lcus:…, modbus:…, gpio:CHIP/LINE,LINE, sim:turnstile, or "
                    "NAME:… of a plugin of kind board")
        .required(),
    gatepost::field("in", &Settings::in, "channel that opens inwards; 0: not fitted").between(0, 64),
    gatepost::field("out", &Settings::out, "channel that opens outwards; 0: not fitted").between(0, 64),
    gatepost::field(
        "channels", &Settings::channels,
        "in place of in and out where one board serves several lanes: [north.in=1, north.out=2, south.in=3]"),
    gatepost::field("mode", &Settings::mode,
                    "pulse: for a set time; hold: until somebody has passed or passage_timeout is over"),
    gatepost::field("pulse", &Settings::pulse,
                    "how long a pulse is; the board times it itself where it can, else the guard")
        .between(1ms, 60s),
    gatepost::field(
        "fail", &Settings::fail,
        "secure: without power the gate is shut, a relay that is on opens it; safe: without power it is open, a "
        "relay that is on keeps it shut"),
    gatepost::field("after_kill", &Settings::after_kill,
                    "who shuts a gate that is open when the engine is killed. board: its own pulse; guard: a process "
                    "that holds the board; nobody: it stays open; auto: the board where it can, else a guard"),
    gatepost::field(
        "in_alarm", &Settings::in_alarm,
        "what a gate that an alarm holds open becomes when the engine is killed or hangs then. shut: its "
        "guard shuts it; open: it stays open until the engine runs again; auto: shut where there is a guard"),
    gatepost::field("sensor", &Settings::sensor,
                    "passage sensor of both directions: board:1 is the board's own input 1; gpio:… or modbus:…/input/1 "
                    "is one of its own; empty: none"),
    gatepost::field("sensor_in", &Settings::sensor_in, "passage sensor inwards, where each direction has its own"),
    gatepost::field("sensor_out", &Settings::sensor_out, "passage sensor outwards, where each direction has its own"),
    gatepost::field("passage_timeout", &Settings::passage_timeout, "how long somebody may take to pass")
        .between(100ms, 10min));

constexpr Duration hold_again = 1s;
constexpr Duration sensor_again = 50ms;  ///< after a look at a sensor that failed

turnstile::SensorTexts sensor_texts(const Settings& settings) {
  return {settings.sensor, settings.sensor_in, settings.sensor_out};
}

Result<void> fits(std::string_view key, int channel, int most) {
  if (channel <= most) return {};
  return Error{"the board has " + std::to_string(most) + (most == 1 ? " channel" : " channels") + " and none is " +
                   std::to_string(channel),
               std::string(key),
               "write 1 to " + std::to_string(most) + ", or how many it has in its address: channels=8, or each line"};
}

// What the board's address says that it has, against what is asked of it.
Result<void> fits(const Settings& settings, const turnstile::Wiring& wiring, const gatepost::hal::RelayShape& board) {
  const bool listed = !settings.channels.empty();
  const int in = listed ? 0 : settings.in, out = listed ? 0 : settings.out;
  for (const auto& [key, channel] :
       {std::pair("in", in), std::pair("out", out), std::pair("channels", listed ? *wiring.all().rbegin() : 0)})
    if (auto fit = fits(key, channel, board.channels); !fit) return fit;
  return {};
}

class TurnstileRelay final : public gatepost::Actuator {
 public:
  static constexpr std::array suits{
      gatepost::Hardware{0x1a86, 0x7523, "LCUS relay boards (CH340)", "serial", "lcus", "board"},
      gatepost::Hardware{0x16c0, 0x05df, "dcttech USBRelay boards", "raw_hid", "dcttech", "board"},
      gatepost::Hardware{0, 0, "relays on GPIO lines: append them, such as /17,27", "gpio", "gpio", "board"},
  };

  static Result<void> check(const Settings& settings) { return Sensors::check(sensor_texts(settings), settings.board); }

  static Result<std::unique_ptr<TurnstileRelay>> make(const Settings& settings, const gatepost::Instance& instance) {
    auto address = Address::parse(settings.board, instance.directory);
    if (!address) return Error{address.error().what, "board", address.error().remedy};
    auto wiring = turnstile::Wiring::make(settings.in, settings.out, settings.channels);
    if (!wiring) return wiring.error();
    auto find = gatepost::hal::boards_of(instance.host);
    const auto board = gatepost::hal::relay_shape(*address, find);
    if (!board) return Error{board.error().what, "board", board.error().remedy};
    if (auto fit = fits(settings, *wiring, *board); !fit) return fit.error();
    auto sensors = Sensors::make(sensor_texts(settings), instance.directory, board->inputs);
    if (!sensors) return sensors.error();
    if (auto told = gatepost::hal::tell(*instance.host, gatepost::hal::relay_needs(*address, find), "board"); !told)
      return told.error();
    for (const auto& sensor : (*sensors)->addresses())
      if (auto told = gatepost::hal::tell(*instance.host, gatepost::hal::contact_needs(sensor)); !told)
        return told.error();
    auto closer = GateCloser::make(settings.after_kill,
                                   {.in_alarm = settings.in_alarm,
                                    .mode = settings.mode,
                                    .fail = settings.fail,
                                    .pulse = settings.pulse,
                                    .passage_timeout = settings.passage_timeout,
                                    .channels = wiring->all()},
                                   *board);
    if (!closer) return closer.error();
    return std::make_unique<TurnstileRelay>(settings, std::move(*address), std::move(find), std::move(*wiring),
                                            std::move(*sensors), std::move(*closer));
  }

  TurnstileRelay(const Settings& settings, Address address, gatepost::hal::FindBoard find, turnstile::Wiring wiring,
                 std::unique_ptr<Sensors> sensors, GateCloser closer)
      : settings_(settings),
        address_(std::move(address)),
        find_(std::move(find)),
        wiring_(std::move(wiring)),
        sensors_(std::move(sensors)),
        closer_(std::move(closer)),
        board_(
            manner(), [this] { return closer_.open(address_, find_); }, clock_) {}

  ~TurnstileRelay() override {
    if (board_.is_open()) static_cast<void>(shut_all());
  }

  Result<void> rest() override {
    auto shut = shut_all();  // first of all, whatever becomes of the sensors
    if (shut) shut = sensors_->open();
    if (shut && held_open_.exchange(false)) shut = sensors_->forget();
    if (!shut) return shut;
    const std::scoped_lock lock(mutex_);
    return board_.is_settled();
  }
  Result<RestState> look() override {
    std::unique_lock lock(mutex_);
    const auto moved = board_.has_moved();
    const auto relay = board_.relay();
    lock.unlock();
    if (!moved) return moved.error();
    auto seen = sensors_->look(relay);
    if (!seen) return seen.error();
    for (auto& passage : seen->passed) passage.is_free = passage.direction && !wiring_.opens(*passage.direction);
    return RestState{.moved = *moved, .passed = std::move(seen->passed), .sensor_is_stuck = seen->is_stuck};
  }
  Result<MonotonicTime> release(const Command& command) override {
    const int channel = wiring_.channel(command.lane, command.direction);
    if (channel == 0)
      return Error{
          "no channel opens " + std::string(to_word(command.direction)) + " of lane " + std::string(command.lane),
          address_.text(), "set in, out or channels"};
    const std::scoped_lock lock(mutex_);
    return board_.release(channel, command.deadline, command.lane);
  }

  Result<Passage> passage(const Command& command, std::stop_token stop) override {
    const MonotonicTime opened = clock_.now();
    auto sensor = sensor_of(command.direction);
    if (!sensor) return give_up(command, sensor.error());
    const bool pulse = settings_.mode == Mode::pulse;
    const MonotonicTime shut_at = opened + (pulse ? settings_.pulse : settings_.passage_timeout);
    // First the time that the gate must stay open, then what is left for somebody to pass.
    auto seen = wait(*sensor, shut_at, stop);
    if (pulse && (!seen || *seen)) wait_until(shut_at, stop);
    if (auto shut = shut_gate(command, shut_at); !shut) return shut.error();
    if (!seen) return seen.error();
    if (!*seen && sensor->fitted() && pulse) seen = wait(*sensor, opened + settings_.passage_timeout, stop);
    if (!seen) return seen.error();
    if (*seen) return Passage(Passage::seen, sensor->closed_at());
    if (!sensor->fitted()) return Passage::no_sensor;
    if (stop.stop_requested())
      return Error{"the engine stopped before anybody was seen to pass", std::string(command.lane),
                   "look who is in the gate"};
    return Passage::timed_out;
  }

  Result<Duration> hold_open() override {
    const std::scoped_lock lock(mutex_);
    held_open_ = true;
    auto held = board_.hold_all(closer_.held_at_most());
    if (!held) return held.error();
    return hold_again;
  }

  bool opens(std::string_view lane, Direction direction) const override {
    return wiring_.channel(lane, direction) != 0;
  }
  std::optional<gatepost::AfterKill> after_kill() const override { return closer_.after_kill(); }
  std::optional<gatepost::AfterKill> after_kill_in_alarm() const override { return closer_.after_kill_in_alarm(); }
  std::optional<gatepost::AfterPowerCut> after_power_cut() const override { return closer_.after_power_cut(); }

 private:
  turnstile::GateBoard::Manner manner() const {
    return {.channels = wiring_.all(),
            .on_is_open = settings_.fail == Fail::secure,
            .pulses = settings_.mode == Mode::pulse,
            .pulse = settings_.pulse,
            .ends_pulses = closer_.ends_pulses(),
            .is_guard = closer_.is_guard(),
            .where = address_.scheme + ":" + address_.target};
  }

  Result<void> shut_all() {
    const std::scoped_lock lock(mutex_);
    return board_.shut_all();
  }

  Result<void> shut_gate(const Command& command, MonotonicTime ends) {
    const std::scoped_lock lock(mutex_);
    return board_.shut(wiring_.channel(command.lane, command.direction), ends);
  }

  Error give_up(const Command& command, const Error& error) {
    const auto shut = shut_gate(command, MonotonicTime::max());
    return shut ? error : shut.error();
  }

  // A sensor may be slow to open: no gate waits for that.
  Result<Sensors::Use> sensor_of(Direction direction) {
    std::unique_lock lock(mutex_);
    const auto relay = board_.relay();
    lock.unlock();
    return sensors_->use(direction, relay);
  }

  // A look at the sensor that fails ends no pulse, and may be answered the next time.
  Result<bool> wait(Sensors::Use& sensor, MonotonicTime until, const std::stop_token& stop) {
    if (!sensor.fitted()) {
      wait_until(until, stop);
      return false;
    }
    while (true) {
      auto seen = sensor.wait(std::max<Duration>(until - clock_.now(), 0ns), stop);
      if (seen || stop.stop_requested() || clock_.now() >= until) return seen;
      wait_until(std::min(until, clock_.now() + sensor_again), stop);
    }
  }

  void wait_until(MonotonicTime until, const std::stop_token& stop) {
    std::unique_lock lock(waiting_);
    wake_.wait_until(lock, stop, until, [] { return false; });
  }

  const Settings settings_;
  const Address address_;
  const gatepost::hal::FindBoard find_;
  const turnstile::Wiring wiring_;
  const std::unique_ptr<Sensors> sensors_;
  const GateCloser closer_;
  const gatepost::SystemClock clock_;
  std::mutex mutex_;  ///< of the board; never held while somebody may take his time to pass
  turnstile::GateBoard board_;
  std::atomic<bool> held_open_ = false;  ///< since the last rest
  std::mutex waiting_;
  std::condition_variable_any wake_;
};

}  // namespace

GATEPOST_ACTUATOR("turnstile_relay", "turnstiles, doors and barriers that a relay moves", table, TurnstileRelay)
