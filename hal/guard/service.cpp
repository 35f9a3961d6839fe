#include "guard/service.hpp"

#include <algorithm>
#include <chrono>

#include "guard/failsafe.hpp"

namespace gatepost::hal::guard {
namespace {

using namespace std::chrono_literals;
using Came = Engine::Came;

constexpr Duration first_pause = 50ms;
constexpr Duration longest_pause = 1s;
constexpr Duration board_may_be_away = 60s;  // a USB bus that is enumerated anew, a switch that starts

// Nothing: the engine is gone, or said something else.
std::optional<Request> terms_of(Engine& engine) {
  if (engine.wait(std::nullopt) != Came::request) return {};
  auto terms = parse_request(engine.read());
  if (terms && terms->verb == Verb::take) return *terms;
  const Error wrong{"was not told what to guard", "gatepost-guard", "report this"};
  engine.say(to_bytes(Answer::of(0, terms ? wrong : terms.error())));
  return {};
}

// Shutting what is due may take long, and the engine may have died meanwhile.
Came next(Engine& engine, Failsafe& failsafe, const Clock& clock) {
  const std::optional<BootTime> due = failsafe.next_due();
  const Came came = engine.wait(due);
  if (came == Came::gone || !due || clock.boot() < *due) return came;
  failsafe.expire();
  return engine.wait(clock.boot());
}

// Until the engine is gone (false) or wants this process to leave (true).
bool answer_all(Engine& engine, Failsafe& failsafe, const Clock& clock) {
  while (true) {
    const Came came = next(engine, failsafe, clock);
    if (came == Came::gone) return false;
    if (came == Came::nothing) continue;
    const auto request = parse_request(engine.read());
    if (request && request->verb == Verb::leave) return true;
    engine.say(to_bytes(request ? failsafe.answer(*request) : Answer::of(0, request.error())));
  }
}

void release(Engine& engine, Failsafe& failsafe, const Clock& clock) {
  const BootTime end = clock.boot() + board_may_be_away;
  for (Duration pause = first_pause; !failsafe.rest_after_engine() && clock.boot() < end;
       pause = std::min(pause * 2, longest_pause))
    engine.pause(pause);
}

}  // namespace

bool serve(Engine& engine, const OpenBoard& open, const Clock& clock) {
  const auto terms = terms_of(engine);
  if (!terms) return false;
  Failsafe failsafe(
      *terms, [&] { return open(*terms); }, clock);
  const Answer taken = failsafe.take(terms->number);
  engine.say(to_bytes(taken));
  if (taken.failed) return false;
  engine.board_is_taken();
  if (answer_all(engine, failsafe, clock))
    static_cast<void>(failsafe.rest());  // an engine that is there tries again itself
  else
    release(engine, failsafe, clock);
  return true;
}

}  // namespace gatepost::hal::guard
