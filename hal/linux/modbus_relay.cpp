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

#include "linux/usb.hpp"
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

using Bus = std::unique_ptr<modbus_t, Close>;

/// The other end of the line: a server, or a serial port.
struct Line {
  std::string host{}, service{};  ///< of a server
  std::string file{};             ///< of a serial port; or usb:…, which is looked up anew each time
  int baud = 9600;
  char parity = 'N';
};

struct Setup {
  std::string where;
  Line line;
  int unit = 1;
  int channels = 8;
  Duration timeout = 300ms;
  Duration poll = 20ms;
  bool waveshare = false;
};

Result<Bus> bus_on(const Line& line) {
  std::string file = line.file;
  if (file.starts_with("usb:")) {
    const auto found = usb_device_file(file.substr(4), "tty");
    if (!found) return found.error();
    file = found->string();
  }
  Bus bus(file.empty() ? modbus_new_tcp_pi(line.host.c_str(), line.service.c_str())
                       : modbus_new_rtu(file.c_str(), line.baud, line.parity, 8, 1));
  if (!bus) return Error{"cannot be spoken to", file + line.host, "check the address"};
  return bus;
}

class ModbusRelay final : public Relay {
 public:
  explicit ModbusRelay(Setup setup) : setup_(std::move(setup)) {}

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
    const bool was_connected = bus_ != nullptr;
    for (int attempt = 1;; ++attempt) {
      if (auto connected = connect(); !connected) return connected;
      modbus_flush(bus_.get());
      if (request() >= 0) return {};
      // Servers hang up on connections that are long idle; that is no reason to refuse the next person.
      const bool hung_up = errno == ECONNRESET || errno == EPIPE;
      Error error = failure("does not answer as it should");
      bus_.reset();
      if (!hung_up || !was_connected || attempt == 2) return error;
    }
  }

  Result<void> connect() {
    if (bus_) return {};
    auto made = bus_on(setup_.line);
    if (!made) return made.error();
    Bus bus = std::move(*made);
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(setup_.timeout).count();
    modbus_set_slave(bus.get(), setup_.unit);
    modbus_set_response_timeout(bus.get(), static_cast<std::uint32_t>(micros / 1'000'000),
                                static_cast<std::uint32_t>(micros % 1'000'000));
    if (modbus_connect(bus.get()) != 0) return failure("cannot be reached");
    // A serial bus has one master: two would take each other's answers. On a socket the lock always succeeds.
    if (::flock(modbus_get_socket(bus.get()), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
      return Error{"is in use by another program", identity(), "stop the other one: a serial bus has one master"};
    bus_ = std::move(bus);
    return {};
  }

  Error failure(const std::string& what) const {
    return {what + ": " + modbus_strerror(errno), identity(),
            "check its power, its wires, its unit number and the speed of its line"};
  }

  std::mutex mutex_;
  Bus bus_;  ///< null: not connected
  const Setup setup_;
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

// The line, and the unit at the end of the target.
Result<Line> line_of(const Address& address, OptionReader& options, int& unit) {
  constexpr std::array<std::string_view, 3> parities{"none", "odd", "even"};
  std::string_view target = address.target;
  const auto marker = target.rfind("/unit/");
  if (marker == target.npos) return wrong_target(address);
  const auto number = number_in(target.substr(marker + 6), 1, 247);
  if (!number) return wrong_target(address);
  unit = *number;
  target = target.substr(0, marker);
  Line line;
  if (target.starts_with("tcp://")) {
    line.host = target.substr(6, target.rfind(':') - 6);
    const auto port = number_in(target.substr(target.rfind(':') + 1), 1, 65535);
    if (!port || line.host.empty()) return wrong_target(address);
    line.service = std::to_string(*port);
  } else if (target.starts_with("rtu:") && target.size() > 4) {
    line.file = target.substr(4);
    line.baud = static_cast<int>(options.number("baud", 9600, 300, 4'000'000));
    line.parity = "NOE"[options.word("parity", parities, 0)];
  } else {
    return wrong_target(address);
  }
  if (line.file.starts_with("usb:"))
    if (const auto name = UsbName::parse(std::string_view(line.file).substr(4)); !name) return name.error();
  return line;
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
  auto line = line_of(address, options, setup.unit);
  if (!line) return line.error();
  setup.line = std::move(*line);
  if (auto done = options.done(); !done) return done.error();
  return std::make_unique<ModbusRelay>(std::move(setup));
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
