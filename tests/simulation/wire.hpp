// A relay board at the end of its wire, whoever drives it: what the plan's faults of a board are there, and which
// command an "on" that arrives comes of.
#pragma once

#include <gatepost/hal/relay.hpp>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine.hpp"
#include "serial_boards.hpp"
#include "tcp_network.hpp"
#include "world_time.hpp"

namespace gatepost::hal::modbus {
struct BoardSetup;
}

namespace gatepost::simulation {

class GuardProcess;

class Wire {
 public:
  Wire(World& world, int lane, int index);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  const RelayBoard& board() const { return board_; }
  /// Something that opens has left and is not there yet.
  bool opens_soon() const;
  WorldTime& time() { return time_; }
  /// A new guard that holds it.
  GuardProcess& start_guard();
  void kill_guards();
  /// It has given every place that it has for clients to connections that are no more.
  bool serves_nobody() const { return network_ && network_->is_full_of_dead(); }
  hal::RelayShape shape() const;
  /// The kernel keeps whoever calls it as long as the plan says so, before anything is written or after.
  void may_keep(Waiting& who, bool reads);
  /// The real driver, in the hands of `who`.
  std::unique_ptr<hal::Relay> driver(Waiting& who);

  /// One of the plan's faults begins, or has ended.
  void begins(const Fault& fault);
  void ends();
  void client_died(const Waiting& who, bool with_its_machine);

  /// A call of a gate, as its bytes leave.
  struct Cause {
    std::shared_ptr<GateUnit> gate;
    GateUnit::Call call;
    int commands = 0;  ///< that open, so far
  };
  void leaves(std::string_view bytes, const std::shared_ptr<Cause>& cause);
  /// That gate is known to be shut: what has left for it is over.
  void settled(std::uint64_t gate);

 private:
  struct Command {
    std::shared_ptr<Cause> cause;
    bool over = false;
  };
  hal::modbus::BoardSetup setup() const;
  bool is_tcp() const { return plan_.wire == WireKind::tcp; }
  bool opens(std::string_view bytes) const;
  Behaviour behaviour();
  void begins_at_guard(const Fault& fault);
  void plug(bool plugged);
  void moved(const RelayBoard::Switched& what);
  void arrived();
  const Fault* active(FaultKind kind);

  World& world_;
  const int lane_;
  const LanePlan& plan_;
  WorldTime time_;
  RelayBoard board_;
  std::optional<TcpNetwork> network_{};
  std::optional<RtuSlave> slave_{};
  std::optional<LcusBoard> lcus_{};
  std::vector<Command> under_way_;  ///< what opens, in the order in which it left
  std::vector<std::unique_ptr<GuardProcess>> guards_;
};

}  // namespace gatepost::simulation
