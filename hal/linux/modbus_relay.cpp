#include "linux/modbus_relay.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <gatepost/hal/options.hpp>
#include <gatepost/hal/serial_stream.hpp>
#include <gatepost/hal/tcp_stream.hpp>

#include "linux/serial_port.hpp"
#include "linux/usb.hpp"
#include "modbus/board.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;
using modbus::Framing;

struct Board {
  modbus::BoardSetup setup{};
  TcpEndpoint server{};
  Address line{};  ///< of a serial bus
  LineSettings speed{};
};

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

// On a line a frame ends with silence of three and a half characters; above 19200 baud with 1.75 ms.
Duration silence_at(int baud) { return std::max<Duration>(3500ms * 11 / baud, 1750us); }

Result<void> read_line(const Address& address, std::string_view file, OptionReader& options, Board& board) {
  constexpr std::array<std::string_view, 3> parities{"none", "even", "odd"};
  constexpr std::array values{Parity::none, Parity::even, Parity::odd};
  board.setup.framing = Framing::rtu;
  board.line = {.scheme = "serial", .target = std::string(file), .directory = address.directory};
  board.speed.baud = static_cast<int>(options.number("baud", 9600, 300, 4'000'000));
  board.speed.parity = values.at(options.word("parity", parities, 0));
  board.setup.pause = silence_at(board.speed.baud);
  if (!file.starts_with("usb:")) return {};
  if (const auto name = UsbName::parse(file.substr(4)); !name) return name.error();
  return {};
}

// The line, and the unit at the end of the target.
Result<void> read_target(const Address& address, OptionReader& options, Board& board) {
  std::string_view target = address.target;
  const auto marker = target.rfind("/unit/");
  if (marker == target.npos) return wrong_target(address);
  const auto unit = number_in(target.substr(marker + 6), 1, 247);
  if (!unit) return wrong_target(address);
  board.setup.unit = *unit;
  target = target.substr(0, marker);
  if (target.starts_with("rtu:") && target.size() > 4) return read_line(address, target.substr(4), options, board);
  if (!target.starts_with("tcp://")) return wrong_target(address);
  board.server.host = target.substr(6, target.rfind(':') - 6);
  const auto port = number_in(target.substr(target.rfind(':') + 1), 1, 65535);
  if (!port || board.server.host.empty()) return wrong_target(address);
  board.server.service = std::to_string(*port);
  return {};
}

Result<Board> board_of(const Address& address) {
  constexpr std::array<std::string_view, 2> pulses{"none", "waveshare"};
  OptionReader options(address);
  Board board;
  board.setup.where = address.target;
  board.setup.channels = static_cast<int>(options.number("channels", 8, 1, 64));
  board.setup.timeout = options.time("timeout", 300ms);
  board.setup.poll = options.time("poll", 20ms);
  board.setup.waveshare = options.word("pulse", pulses, 0) == 1;
  if (auto read = read_target(address, options, board); !read) return read.error();
  if (auto done = options.done(); !done) return done.error();
  return board;
}

}  // namespace

Result<std::unique_ptr<Relay>> open_modbus(const Address& address) {
  auto board = board_of(address);
  if (!board) return board.error();
  auto stream = board->setup.framing == Framing::tcp ? tcp_stream(board->server, board->setup.timeout)
                                                     : serial_stream(board->line, board->speed);
  return modbus::make_board(std::move(board->setup), std::move(stream));
}

Result<DeviceNeed> modbus_need(const Address& address) {
  const auto board = board_of(address);
  if (!board) return board.error();
  if (board->setup.framing == Framing::rtu) return serial_line_need(board->line, board->speed);
  return DeviceNeed{.device = "tcp " + board->server.host + ":" + board->server.service, .alone = false};
}

Result<RelayShape> modbus_shape(const Address& address) {
  const auto board = board_of(address);
  if (!board) return board.error();
  return shape_of(board->setup, board->setup.framing == Framing::tcp ? longest_tcp_in_flight() : Duration::zero());
}

}  // namespace gatepost::hal
