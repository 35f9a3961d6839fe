// What a relay board does with a Modbus request, whatever carries it. Written from the specification and not from our
// master, so that the two agree by it.
#pragma once

#include <functional>
#include <string>

#include "relay_board.hpp"

namespace gatepost::simulation {

class ModbusUnit {
 public:
  /// Takes an answer to where its request came from; `last`: it is the last request's.
  using Answer = std::function<void(const std::string& body, bool last)>;

  ModbusUnit(Timeline& time, RelayBoard& board, int unit = 1) : time_(time), board_(board), unit_(unit) {}

  /// A body: unit, function and data, without what a line or TCP adds.
  void request(const std::string& body, const Answer& answer);

  /// Whether a body on a line is for this unit.
  bool is_meant(const std::string& body) const { return static_cast<unsigned char>(body[0]) == unit_; }

 private:
  std::string act(const std::string& body, bool acts);
  void say(const Behaviour& behaviour, const std::string& said, const Answer& answer);

  Timeline& time_;
  RelayBoard& board_;
  const int unit_;
  std::string last_answer_;
};

}  // namespace gatepost::simulation
