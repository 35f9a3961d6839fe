#include "guard_process.hpp"

#include <chrono>
#include <utility>

#include "guard/failsafe.hpp"
#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;
using hal::guard::Answer;
using hal::guard::Failsafe;
using hal::guard::Request;
using hal::guard::Verb;

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
}

// ---- What hal/guard/main.cpp does

// False: the engine is gone. What it asked with its last breath is not acted on.
bool GuardProcess::wait(BootTime until) {
  threads_.wait(until, [this] { return !inbox_.empty() || engine_is_gone_; });
  return !threads_.is_gone() && !engine_is_gone_;
}

Request GuardProcess::take_request() {
  const Message message = std::move(inbox_.front());
  inbox_.pop_front();
  cause_ = message.cause;
  const auto request = hal::guard::parse_request(message.bytes);
  if (!request) throw Violation{"16 machine", "a guard does not understand what it is asked"};
  return *request;
}

void GuardProcess::say(const Answer& answer) {
  if (threads_.is_gone() || engine_is_gone_) return;
  answer_ = to_bytes(answer);
  if (heard_) heard_();
}

void GuardProcess::run() {
  if (!wait(BootTime::max())) return;
  const Request terms = take_request();
  Failsafe failsafe(
      terms, [this] { return Result<std::unique_ptr<hal::Relay>>(wire_.driver(threads_)); }, wire_.time());
  say(failsafe.take(terms.number));
  if (serve(failsafe))
    static_cast<void>(failsafe.rest());
  else
    release(failsafe);
}

bool GuardProcess::serve(Failsafe& failsafe) {
  while (true) {
    if (!wait(failsafe.next_due().value_or(BootTime::max()))) return false;
    if (failsafe.next_due() && *failsafe.next_due() <= wire_.time().boot())
      world_.hooks.reached("a guard shut a gate by itself");
    failsafe.expire();
    if (inbox_.empty()) continue;
    const Request request = take_request();
    if (request.verb == Verb::leave) return true;
    say(failsafe.answer(request));
    cause_.reset();
  }
}

void GuardProcess::release(Failsafe& failsafe) {
  if (threads_.is_gone()) return;
  world_.hooks.reached("a guard put to rest what a dead engine left open");
  const BootTime end = wire_.time().boot() + 60s;
  for (Duration pause = 50ms; !failsafe.rest() && !threads_.is_gone() && wire_.time().boot() < end;
       pause = std::min<Duration>(pause * 2, 1s))
    threads_.wait(wire_.time().boot() + pause);
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
