// gatepost-guard in the world: all that its main() runs, and hal's driver, on a thread beside the engine, which goes on
// when the engine is frozen or dead; and the engine's side of the socket to it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "guard/client.hpp"
#include "guard/service.hpp"
#include "threads.hpp"
#include "wire.hpp"

namespace gatepost::simulation {

class GuardProcess final : private hal::guard::Engine {
 public:
  GuardProcess(World& world, Wire& wire, int lane);
  ~GuardProcess() override;
  GuardProcess(const GuardProcess&) = delete;
  GuardProcess& operator=(const GuardProcess&) = delete;

  /// A message to it, and for which call of a gate. `heard` is called when it has answered, or is no more.
  void hears(std::string request, std::shared_ptr<Wire::Cause> cause);
  void when_it_answers(std::function<void()> heard) { heard_ = std::move(heard); }
  std::optional<std::string> take_answer();
  bool is_over() const { return over_; }
  /// The other end of its socket is closed.
  void engine_is_gone();
  void kill(bool with_its_machine);
  void freeze() { threads_.freeze(); }
  void thaw() { threads_.thaw(); }

 private:
  struct Message {
    std::string bytes;
    std::shared_ptr<Wire::Cause> cause;
  };
  struct Killed {};  ///< thrown through what runs in it: nothing of a dead process goes on
  void run();
  void ends_with_its_process() const;

  Came wait(std::optional<BootTime> until) override;
  std::string read() override;
  void say(const std::string& answer) override;
  void pause(Duration time) override;
  void board_is_taken() override { holds_its_board_ = true; }

  World& world_;
  Wire& wire_;
  Threads threads_;
  std::deque<Message> inbox_;
  std::optional<std::string> answer_{};
  std::function<void()> heard_;
  std::shared_ptr<Wire::Cause> cause_{};  ///< of what it is asked
  bool engine_is_gone_ = false, holds_its_board_ = false, over_ = false;
};

/// As the engine's process has it.
class GuardLine final : public hal::guard::Line {
 public:
  using CauseOf = std::function<std::shared_ptr<Wire::Cause>()>;
  /// The guard and who asks outlive it. `cause`: of what is asked now.
  GuardLine(GuardProcess& guard, Threads& who, WorldTime& time, CauseOf cause);
  ~GuardLine() override;
  GuardLine(const GuardLine&) = delete;
  GuardLine& operator=(const GuardLine&) = delete;

  Heard exchange(const std::string& request, Duration patience, std::string& answer) override;
  void part(const std::string& request, Duration patience) override;
  BootTime now() const override { return time_.boot(); }
  std::string name() const override { return "gatepost-guard"; }

 private:
  GuardProcess& guard_;
  Threads& who_;
  WorldTime& time_;
  const CauseOf cause_;
};

}  // namespace gatepost::simulation
