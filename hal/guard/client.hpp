// The engine's side of a guard: a Relay whose board another process holds.
//
// It knows the guard by a Line alone, so that the simulation runs it as it is here.
#pragma once

#include <chrono>
#include <gatepost/hal/guarded_relay.hpp>
#include <memory>
#include <string>

#include "guard/message.hpp"

namespace gatepost::hal::guard {

inline constexpr Duration a_busy_machine = std::chrono::milliseconds(200);  ///< until a process that was woken runs

/// The way to one guard process. It ends with the Line: at once, unless it was told to leave.
class Line {
 public:
  virtual ~Line() = default;

  enum class Heard : std::uint8_t { answer, nothing, gone };
  /// Says one message and waits for the next one from there.
  virtual Heard exchange(const std::string& request, Duration patience, std::string& answer) = 0;
  /// Says its last message, and waits for the end of the process.
  virtual void part(const std::string& request, Duration patience) = 0;
  virtual BootTime now() const = 0;
  /// For people.
  virtual std::string name() const = 0;
};

/// `take`: the first request. `where`: for people. An Error where the guard does not have the board.
Result<std::unique_ptr<Relay>> take_board(std::unique_ptr<Line> line, const Request& take, std::string where,
                                          const RelayShape& shape);

}  // namespace gatepost::hal::guard
