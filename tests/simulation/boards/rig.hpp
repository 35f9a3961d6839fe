// A board of each kind with the real driver on it, in virtual time.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "lcus_driver.hpp"
#include "modbus/board.hpp"
#include "serial_boards.hpp"
#include "tcp_network.hpp"

namespace gatepost::simulation {

enum class Kind : std::uint8_t { tcp, tcp_own_pulse, tcp_one_client, rtu, rtu_own_pulse, lcus };
inline constexpr std::array all_kinds{Kind::tcp, Kind::tcp_own_pulse, Kind::tcp_one_client,
                                      Kind::rtu, Kind::rtu_own_pulse, Kind::lcus};

struct Rig {
  static constexpr Duration timeout = std::chrono::milliseconds(300);
  static constexpr int channels = 4;

  explicit Rig(Kind which, bool reset_is_close = false) : kind(which), board(time, channels) {
    if (is_tcp())
      network.emplace(
          time, board,
          TcpNetwork::Rules{.most_clients = which == Kind::tcp_one_client ? 1U : 64U,
                            .board_forgets_after = std::chrono::seconds(which == Kind::tcp_one_client ? 10 : 120),
                            .reset_is_close = reset_is_close});
    else if (which == Kind::lcus)
      lcus.emplace(time, board);
    else
      slave.emplace(time, board);
  }
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  bool is_tcp() const { return kind == Kind::tcp || kind == Kind::tcp_own_pulse || kind == Kind::tcp_one_client; }
  bool times_pulses() const { return kind == Kind::tcp_own_pulse || kind == Kind::rtu_own_pulse; }
  bool answers() const { return kind != Kind::lcus; }
  SerialWire& wire() { return lcus ? lcus->wire() : slave->wire(); }

  /// A driver on a connection of its own.
  std::unique_ptr<hal::Relay> driver() {
    using hal::modbus::Framing;
    if (kind == Kind::lcus) return hal::lcus_driver(wire().stream(time), channels);
    return hal::modbus::make_board({.where = "simulation",
                                    .framing = is_tcp() ? Framing::tcp : Framing::rtu,
                                    .channels = channels,
                                    .timeout = timeout,
                                    .pause = is_tcp() ? Duration::zero() : Duration(std::chrono::milliseconds(4)),
                                    .waveshare = times_pulses()},
                                   is_tcp() ? network->stream(time) : wire().stream(time));
  }

  /// The board's power fails for so long.
  void reboot(Duration length, bool remembers) {
    board.reboot(length, remembers);
    if (network) network->board_rebooted();
  }

  VirtualTime time;
  const Kind kind;
  RelayBoard board;
  std::optional<TcpNetwork> network{};
  std::optional<RtuSlave> slave{};
  std::optional<LcusBoard> lcus{};
};

}  // namespace gatepost::simulation
