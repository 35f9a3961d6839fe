#include "modbus/board.hpp"

#include <gatepost/hal/polled_contact.hpp>
#include <mutex>

namespace gatepost::hal::modbus {
namespace {

using namespace std::chrono_literals;

constexpr Duration pulse_step = 100ms;
constexpr int most_inputs = 2000;  // the protocol has more; no board does

class Board final : public Relay {
 public:
  Board(BoardSetup setup, std::unique_ptr<ByteStream> stream)
      : setup_(std::move(setup)),
        master_(std::move(stream), setup_.framing, identity(), setup_.timeout, setup_.pause) {}

  int channels() const override { return setup_.channels; }
  int inputs() const override { return most_inputs; }
  std::string identity() const override { return "Modbus board at " + setup_.where; }
  bool self_release() const override { return setup_.waveshare; }
  bool reconnects() const override { return true; }
  Duration unsettled() const override {
    const std::scoped_lock lock(mutex_);
    return master_.unsettled();
  }

  Result<void> set(int channel, bool on, BootTime not_after) override {
    if (auto known = check(channel); !known) return known;
    const bool is_a_state = not_after == BootTime::max();
    return done(
        ask(write_coil(setup_.unit, channel, on), {.not_after = not_after, .again = is_a_state, .opens = !is_a_state}));
  }

  Result<void> hold(int channel, bool on, Duration) override {
    if (auto known = check(channel); !known) return known;
    return done(ask(write_coil(setup_.unit, channel, on), {.again = true, .opens = true}));
  }

  Result<void> pulse(int channel, Duration length, BootTime not_after) override {
    if (!self_release()) return Relay::pulse(channel, length, not_after);
    if (auto known = check(channel); !known) return known;
    const auto tenths = (length + pulse_step - 1ns) / pulse_step;
    if (tenths < 1 || tenths > 0x7FFF) return Error{"cannot pulse that long", identity(), "use 100ms to 3276s"};
    return done(
        ask(flash_coil(setup_.unit, channel, static_cast<int>(tenths)), {.not_after = not_after, .opens = true}));
  }

  Result<std::optional<bool>> read_back(int channel) override {
    if (auto known = check(channel); !known) return known.error();
    auto on = ask(read_coil(setup_.unit, channel), {.again = true});
    if (!on) return on.error();
    return std::optional(*on);
  }

  Result<std::unique_ptr<Contact>> input(int number) override {
    if (number < 1 || number > most_inputs)
      return Error{"has no input " + std::to_string(number), identity(), "count from 1"};
    const auto closed = [this, number] { return ask(read_input(setup_.unit, number), {.again = true}); };
    return std::unique_ptr<Contact>(std::make_unique<PolledContact>(closed, setup_.poll));
  }

 private:
  // One request at a time on the line.
  Result<bool> ask(const Request& request, const Sending& sending) {
    const std::scoped_lock lock(mutex_);
    return master_.ask(request, sending);
  }

  static Result<void> done(const Result<bool>& asked) {
    if (!asked) return asked.error();
    return {};
  }

  Result<void> check(int channel) const {
    if (channel >= 1 && channel <= setup_.channels) return {};
    return Error{"has no channel " + std::to_string(channel), identity(), "set channels= in its address"};
  }

  const BoardSetup setup_;
  mutable std::mutex mutex_;
  Master master_;
};

}  // namespace

RelayShape shape_of(const BoardSetup& setup, Duration longest_in_flight) {
  return {.channels = setup.channels,
          .inputs = most_inputs,
          .pulse_step = setup.waveshare ? std::optional<Duration>(pulse_step) : std::nullopt,
          .command = setup.timeout,
          .failing = Master::failing_within(setup.framing, setup.timeout),
          .settle = longest_in_flight + setup.timeout,
          .poll = setup.poll};
}

std::unique_ptr<Relay> make_board(BoardSetup setup, std::unique_ptr<ByteStream> stream) {
  return std::make_unique<Board>(std::move(setup), std::move(stream));
}

}  // namespace gatepost::hal::modbus
