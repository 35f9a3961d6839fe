#include "guard_process.hpp"

#include <utility>

#include "world.hpp"

namespace gatepost::simulation {

GuardProcess::GuardProcess(World& world, Wire& wire, int lane)
    : world_(world), wire_(wire), threads_(wire.time(), world.random("guard", lane), true) {
  threads_.set({.connects = [this] { wire_.may_keep(threads_, false); },
                .reads = [this] { wire_.may_keep(threads_, true); },
                .writes = [this](std::string_view bytes) { wire_.leaves(bytes, cause_); }});
  threads_.run([this] {
    run();
    over_ = true;
    if (!threads_.is_gone() && heard_) heard_();
  });
}

GuardProcess::~GuardProcess() { static_cast<void>(threads_.die()); }

void GuardProcess::hears(std::string request, std::shared_ptr<Wire::Cause> cause) {
  inbox_.push_back({std::move(request), std::move(cause)});
  threads_.wake();
}

std::optional<std::string> GuardProcess::take_answer() { return std::exchange(answer_, {}); }

void GuardProcess::engine_is_gone() {
  engine_is_gone_ = true;
  heard_ = {};
  threads_.wake();
}

void GuardProcess::kill(bool with_its_machine) {
  if (std::exchange(over_, true)) return;
  static_cast<void>(threads_.die());
  wire_.client_died(threads_, with_its_machine);
  if (heard_ && !with_its_machine) heard_();
}

// ---- What the guard's own code asks for

hal::guard::Engine::Came GuardProcess::wait(std::optional<BootTime> until) {
  threads_.wait(until.value_or(BootTime::max()), [this] { return !inbox_.empty() || engine_is_gone_; });
  ends_with_its_process();
  if (engine_is_gone_) {
    if (holds_its_board_) world_.hooks.reached("a guard put to rest what a dead engine left open");
    return Came::gone;
  }
  if (until && *until <= wire_.time().boot()) world_.hooks.reached("a guard shut a gate by itself");
  return inbox_.empty() ? Came::nothing : Came::request;
}

std::string GuardProcess::read() {
  const Message message = std::move(inbox_.front());
  inbox_.pop_front();
  cause_ = message.cause;
  return message.bytes;
}

void GuardProcess::say(const std::string& answer) {
  cause_.reset();
  ends_with_its_process();
  if (engine_is_gone_) return;
  answer_ = answer;
  if (heard_) heard_();
}

void GuardProcess::pause(Duration time) {
  threads_.wait(wire_.time().boot() + time);
  ends_with_its_process();
}

void GuardProcess::ends_with_its_process() const {
  if (threads_.is_gone()) throw Killed();
}

void GuardProcess::run() {
  try {
    const auto open = [this](const hal::guard::Request&) {
      return Result<std::unique_ptr<hal::Relay>>(wire_.driver(threads_));
    };
    static_cast<void>(hal::guard::serve(*this, open, wire_.time()));
  } catch (const Killed&) {
  }
}

// ---- The engine's side

GuardLine::GuardLine(GuardProcess& guard, Threads& who, WorldTime& time, CauseOf cause)
    : guard_(guard), who_(who), time_(time), cause_(std::move(cause)) {
  guard_.when_it_answers([this] { who_.wake(); });
}

GuardLine::~GuardLine() {
  if (who_.is_gone()) return;
  guard_.when_it_answers({});
  guard_.kill(false);
}

hal::guard::Line::Heard GuardLine::exchange(const std::string& request, Duration patience, std::string& answer) {
  if (who_.is_gone() || guard_.is_over()) return Heard::gone;
  static_cast<void>(guard_.take_answer());
  guard_.hears(request, cause_());
  std::optional<std::string> said;
  who_.wait(now() + patience, [&] {
    if (!said) said = guard_.take_answer();
    return said || guard_.is_over();
  });
  if (who_.is_gone()) return Heard::gone;
  if (said) answer = *said;
  return said ? Heard::answer : guard_.is_over() ? Heard::gone : Heard::nothing;
}

void GuardLine::part(const std::string& request, Duration patience) {
  if (who_.is_gone()) return;
  guard_.hears(request, nullptr);
  who_.wait(now() + patience, [this] { return guard_.is_over(); });
}

}  // namespace gatepost::simulation
