#include "linux/modbus_relay.hpp"

#include <modbus.h>
#include <sys/file.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <gatepost/hal/options.hpp>
#include <mutex>

#include "polled_contact.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;

constexpr Duration pulse_step = 100ms;
constexpr int most_inputs = 2000;  // the protocol has more; no board does

struct Close {
  void operator()(modbus_t* bus) const {
    modbus_close(bus);
    modbus_free(bus);
  }
};

struct Setup {
  std::string where;
  int unit = 1;
  int channels = 8;
  Duration timeout = 300ms;
  Duration poll = 20ms;
  bool waveshare = false;
};

class ModbusRelay final : public Relay {
 public:
  ModbusRelay(std::unique_ptr<modbus_t, Close> bus, Setup setup) : bus_(std::move(bus)), setup_(std::move(setup)) {
    modbus_set_slave(bus_.get(), setup_.unit);
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(setup_.timeout).count();
    modbus_set_response_timeout(bus_.get(), static_cast<std::uint32_t>(micros / 1'000'000),
                                static_cast<std::uint32_t>(micros % 1'000'000));
  }

  int channels() const override { return setup_.channels; }
  int inputs() const override { return most_inputs; }
  std::string identity() const override { return "Modbus board at " + setup_.where; }
  bool self_release() const override { return setup_.waveshare; }

  Result<void> set(int channel, bool on) override {
    if (auto known = check(channel); !known) return known;
    return ask([&] { return modbus_write_bit(bus_.get(), channel - 1, on ? 1 : 0); });
  }

  // libmodbus knows FF00 and 0000 only as values of FC05, so the request is written out.
  Result<void> pulse(int channel, Duration length) override {
    if (!self_release()) return Relay::pulse(channel, length);
    if (auto known = check(channel); !known) return known;
    const auto tenths = (length + pulse_step - 1ns) / pulse_step;
    if (tenths < 1 || tenths > 0x7FFF) return Error{"cannot pulse that long", identity(), "use 100ms to 3276s"};
    const int address = 0x0200 + channel - 1;
    std::array request{static_cast<std::uint8_t>(setup_.unit),  std::uint8_t{MODBUS_FC_WRITE_SINGLE_COIL},
                       static_cast<std::uint8_t>(address >> 8), static_cast<std::uint8_t>(address & 0xFF),
                       static_cast<std::uint8_t>(tenths >> 8),  static_cast<std::uint8_t>(tenths & 0xFF)};
    return ask([&] {
      std::array<std::uint8_t, MODBUS_MAX_ADU_LENGTH> answer{};
      if (modbus_send_raw_request(bus_.get(), request.data(), static_cast<int>(request.size())) < 0) return -1;
      const int size = modbus_receive_confirmation(bus_.get(), answer.data());
      if (size < 0) return -1;
      // A refusal is an answer too, and libmodbus does not look into this one: only the request's echo means yes.
      const auto header = static_cast<std::size_t>(modbus_get_header_length(bus_.get()));
      const bool echoed = static_cast<std::size_t>(size) >= header + request.size() - 1 &&
                          std::equal(request.begin() + 1, request.end(), answer.begin() + static_cast<long>(header));
      errno = EMBBADDATA;
      return echoed ? size : -1;
    });
  }

  Result<std::optional<bool>> read_back(int channel) override {
    if (auto known = check(channel); !known) return known.error();
    std::uint8_t bit = 0;
    auto read = ask([&] { return modbus_read_bits(bus_.get(), channel - 1, 1, &bit); });
    if (!read) return read.error();
    return std::optional(bit != 0);
  }

  Result<std::unique_ptr<Contact>> input(int number) override;

  RelayShape shape() const {
    return {.channels = setup_.channels,
            .inputs = most_inputs,
            .pulse_step = setup_.waveshare ? std::optional<Duration>(pulse_step) : std::nullopt,
            .command = setup_.timeout,
            .poll = setup_.poll};
  }

 private:
  Result<bool> closed(int number) {
    std::uint8_t bit = 0;
    auto read = ask([&] { return modbus_read_input_bits(bus_.get(), number - 1, 1, &bit); });
    if (!read) return read.error();
    return bit != 0;
  }

  Result<void> check(int channel) const {
    if (channel >= 1 && channel <= setup_.channels) return {};
    return Error{"has no channel " + std::to_string(channel), identity(), "set channels= in its address"};
  }

  // One request at a time on the line. What is left of a late answer must not be taken for the next one's.
  template <class F>
  Result<void> ask(F request) {
    const std::scoped_lock lock(mutex_);
    const bool was_connected = connected_;
    for (int attempt = 1;; ++attempt) {
      if (auto connected = connect(); !connected) return connected;
      modbus_flush(bus_.get());
      if (request() >= 0) return {};
      // Servers hang up on connections that are long idle; that is no reason to refuse the next person.
      const bool hung_up = errno == ECONNRESET || errno == EPIPE;
      Error error = failure("does not answer as it should");
      modbus_close(bus_.get());
      connected_ = false;
      if (!hung_up || !was_connected || attempt == 2) return error;
    }
  }

  Result<void> connect() {
    if (connected_) return {};
    if (modbus_connect(bus_.get()) != 0) return failure("cannot be reached");
    // A serial bus has one master: two would take each other's answers. On a socket the lock always succeeds.
    if (::flock(modbus_get_socket(bus_.get()), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      modbus_close(bus_.get());
      return Error{"is in use by another program", identity(), "stop the other one: a serial bus has one master"};
    }
    connected_ = true;
    return {};
  }

  Error failure(const std::string& what) const {
    return {what + ": " + modbus_strerror(errno), identity(),
            "check its power, its wires, its unit number and the speed of its line"};
  }

  std::mutex mutex_;
  std::unique_ptr<modbus_t, Close> bus_;
  const Setup setup_;
  bool connected_ = false;
};

Result<std::unique_ptr<Contact>> ModbusRelay::input(int number) {
  if (number < 1 || number > most_inputs)
    return Error{"has no input " + std::to_string(number), identity(), "count from 1"};
  return std::unique_ptr<Contact>(
      std::make_unique<PolledContact>([this, number] { return closed(number); }, setup_.poll));
}

Error wrong_target(const Address& address) {
  return {"is no address of a Modbus board", address.text().substr(0, 80),
          "write modbus:tcp://192.168.1.20:502/unit/1 or modbus:rtu:/dev/ttyUSB0/unit/1?baud=9600"};
}

std::optional<int> number_in(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < least || value > most) return {};
  return value;
}

// The bus without its connection, and the unit at the end of the target.
Result<std::unique_ptr<modbus_t, Close>> bus_of(const Address& address, OptionReader& options, int& unit) {
  constexpr std::array<std::string_view, 3> parities{"none", "odd", "even"};
  std::string_view target = address.target;
  const auto marker = target.rfind("/unit/");
  if (marker == target.npos) return wrong_target(address);
  const auto number = number_in(target.substr(marker + 6), 1, 247);
  if (!number) return wrong_target(address);
  unit = *number;
  target = target.substr(0, marker);
  modbus_t* bus = nullptr;
  if (target.starts_with("tcp://")) {
    const std::string host(target.substr(6, target.rfind(':') - 6));
    const auto port = number_in(target.substr(target.rfind(':') + 1), 1, 65535);
    if (!port || host.empty()) return wrong_target(address);
    bus = modbus_new_tcp_pi(host.c_str(), std::to_string(*port).c_str());
  } else if (target.starts_with("rtu:")) {
    const int baud = static_cast<int>(options.number("baud", 9600, 300, 4'000'000));
    const char parity = "NOE"[options.word("parity", parities, 0)];
    bus = modbus_new_rtu(std::string(target.substr(4)).c_str(), baud, parity, 8, 1);
  }
  if (bus == nullptr) return wrong_target(address);
  return std::unique_ptr<modbus_t, Close>(bus);
}

Result<std::unique_ptr<ModbusRelay>> modbus(const Address& address) {
  constexpr std::array<std::string_view, 2> pulses{"none", "waveshare"};
  OptionReader options(address);
  Setup setup;
  setup.where = address.target;
  setup.channels = static_cast<int>(options.number("channels", 8, 1, 64));
  setup.timeout = options.time("timeout", 300ms);
  setup.poll = options.time("poll", 20ms);
  setup.waveshare = options.word("pulse", pulses, 0) == 1;
  auto bus = bus_of(address, options, setup.unit);
  if (!bus) return bus.error();
  if (auto done = options.done(); !done) return done.error();
  return std::make_unique<ModbusRelay>(std::move(*bus), std::move(setup));
}

}  // namespace

Result<std::unique_ptr<Relay>> open_modbus(const Address& address) {
  auto board = modbus(address);
  if (!board) return board.error();
  return std::unique_ptr<Relay>(std::move(*board));
}

Result<RelayShape> modbus_shape(const Address& address) {
  const auto board = modbus(address);  // nothing is opened before it is told something
  if (!board) return board.error();
  return (*board)->shape();
}

}  // namespace gatepost::hal
