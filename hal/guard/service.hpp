// What a guard process does from the first request that it is given to its end: what it answers, what it does unasked,
// and what becomes of the board when the engine is silent, hangs or is gone.
//
// It knows the engine by what is here alone, so that the simulation runs it as it is.
#pragma once

#include <functional>
#include <gatepost/hal/relay.hpp>
#include <memory>
#include <optional>
#include <string>

#include "guard/message.hpp"

namespace gatepost::hal::guard {

/// The engine as its guard sees it, and how the guard waits.
class Engine {
 public:
  virtual ~Engine() = default;

  enum class Came : std::uint8_t { request, nothing, gone };
  /// Until the engine asks something or is gone, and no longer than until then. Gone comes first: what an engine asked
  /// with its last breath is not acted on, since nobody would watch over it.
  virtual Came wait(std::optional<BootTime> until) = 0;
  /// The message that came.
  virtual std::string read() = 0;
  /// What cannot be said finds no engine, which the next wait tells.
  virtual void say(const std::string& answer) = 0;
  /// The engine is gone: nothing wakes it before.
  virtual void pause(Duration time) = 0;
  /// It has its board.
  virtual void board_is_taken() {}
};

/// Where a guard finds the shared object of a board's driver that is none of hal's own.
inline constexpr int plugin_at = 3;

/// Opens the board of a request to take one.
using OpenBoard = std::function<Result<std::unique_ptr<Relay>>(const Request& terms)>;

/// Until the guard's end. False: it never had the board, and the engine has been told why where it is still there.
bool serve(Engine& engine, const OpenBoard& open, const Clock& clock);

}  // namespace gatepost::hal::guard
