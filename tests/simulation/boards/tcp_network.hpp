// A network between this machine and one board: connections, segments that are lost and sent again, segments that are
// long on their way.
#pragma once

#include <functional>
#include <gatepost/hal/byte_stream.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "modbus_unit.hpp"

namespace gatepost::simulation {

/// One connection, as both kernels see it.
struct TcpConnection {
  bool in_use = true;      ///< the client has it; else it was closed or reset
  bool was_reset = false;  ///< by the client: nothing is sent again
  bool at_board = true;    ///< the board has it
  bool broken = false;     ///< the client has been told that it is no more
  std::string came{};      ///< to the client, not read yet
  std::string arrived{};   ///< at the board, less than a request
  std::size_t unacknowledged = 0;
  BootTime in_order{};  ///< no segment overtakes another
  Waiting* client = nullptr;
};

class TcpNetwork {
 public:
  struct Rules {
    Duration latency = std::chrono::milliseconds(1);
    std::size_t most_clients = 4;
    Duration board_forgets_after = std::chrono::minutes(2);  ///< a connection whose end it has not heard of
    bool reset_is_close = false;                             ///< a mutant: the client's kernel goes on sending
    std::function<void(std::string_view)> tell{};            ///< what came to pass, where anybody counts it
  };

  TcpNetwork(Timeline& time, RelayBoard& board, Rules rules)
      : time_(time), board_(board), unit_(time, board), rules_(rules) {}

  /// A Modbus TCP client's stream to the board. The network and who waits outlive it.
  std::unique_ptr<hal::ByteStream> stream(Waiting& who);

  /// Nothing arrives, either way, from now on for so long.
  void loses_all_for(Duration time) { losing_until_ = time_.boot() + time; }
  /// The next segment to the board is that long on its way, as one that waits for a hardware address.
  void holds_next(Duration time) { hold_next_ = time; }
  /// The next connection is made that much later, because this machine was held up.
  void connects_late(Duration time) { connect_late_ = time; }
  /// Its connections are gone with its power.
  void board_rebooted();
  /// The kernel resets what a dead process has; a machine without power says nothing.
  void client_died(const Waiting& who, bool with_its_machine);
  /// A board that has no place for a client, and each of those that it serves is no more.
  bool is_full_of_dead() const;
  bool heals_by(BootTime time) const { return losing_until_ <= time; }

  static constexpr Duration longest_in_flight = std::chrono::seconds(4);

 private:
  friend class TcpStream;
  using Connection = std::shared_ptr<TcpConnection>;

  bool losing() const { return time_.boot() < losing_until_; }
  Result<Connection> connect(Waiting& who, BootTime until);
  void to_board(const Connection& connection, const std::string& bytes, Duration again_after);
  void to_client(const Connection& connection, const std::string& bytes, Duration again_after);
  void arrives(const Connection& connection, const std::string& bytes);
  void acknowledge(const Connection& connection, std::size_t size, Duration again_after);
  void end(const Connection& connection, bool reset);
  void tell(std::string_view what) const {
    if (rules_.tell) rules_.tell(what);
  }
  void board_hears_of_end(const Connection& connection, bool reset, Duration again_after);
  std::size_t clients() const;

  Timeline& time_;
  RelayBoard& board_;
  ModbusUnit unit_;
  const Rules rules_;
  std::vector<Connection> connections_;
  std::string last_id_{"\xFF\xFF\0\0", 4};  ///< of the last request: its transaction and its protocol
  BootTime losing_until_{};
  Duration hold_next_{}, connect_late_{};
};

}  // namespace gatepost::simulation
