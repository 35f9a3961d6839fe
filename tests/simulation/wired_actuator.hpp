// An actuator on a board at the end of a wire: the turnstile plugin's own logic and hal's own driver, run by threads of
// the engine's process.
#pragma once

#include <functional>
#include <memory>

#include "gate_board.hpp"
#include "threads.hpp"
#include "wire.hpp"

namespace gatepost::simulation {

class WiredActuator {
 public:
  WiredActuator(World& world, GateUnit& gate, Wire& wire);
  ~WiredActuator();
  WiredActuator(const WiredActuator&) = delete;
  WiredActuator& operator=(const WiredActuator&) = delete;

  /// What a call does with the board, and what follows on it unless the process has died.
  using Answer = std::function<void()>;
  using Work = std::function<Answer(turnstile::GateBoard&)>;
  void run(const GateUnit::Call& call, Work work);

  /// Its process is dead.
  void die(bool with_its_machine);
  /// The engine lets go of it.
  void close();

 private:
  Result<std::unique_ptr<hal::Relay>> open();

  World& world_;
  GateUnit& gate_;
  Wire& wire_;
  const int lane_;
  std::shared_ptr<Wire::Cause> cause_{};  ///< of whoever has the board
  Threads threads_;
  GuardProcess* guard_ = nullptr;  ///< the last one
  std::unique_ptr<turnstile::GateBoard> board_;
};

}  // namespace gatepost::simulation
