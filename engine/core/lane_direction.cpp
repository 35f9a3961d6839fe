// In or out: scans of devices at which the direction has to be said, until they are scans like any other.
#include <utility>

#include "core/hooks.hpp"
#include "core/lane.hpp"
#include "core/seconds.hpp"

namespace gatepost::core {
namespace {

std::string amount(Duration time) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time);
  return minutes == time ? std::to_string(minutes.count()) + " min" : seconds(time);
}

}  // namespace

void Lane::take_undirected(std::shared_ptr<Scan> scan) {
  if (const auto said = questions_.direction_of(scan->reading.payload)) return take_direction(*scan, *said);
  if (const auto direction = questions_.direction_for(*scan)) {
    reached("a direction was known before the code");
    scan->answer.direction = *direction;
    return enqueue(std::move(scan));
  }
  // No gate has moved, and nobody is to go: a scanner that knows only two sounds makes the one of a deny.
  prompt(*scan, Outcome::inform, "say_direction");
  if (auto earlier = questions_.ask(std::move(scan))) {
    reached("a question ended with another code");
    end_unanswered({std::move(earlier)});
  }
}

// The attempt is made at the moment its direction is said: its deadline and its Record count from there.
void Lane::take_direction(Scan& code, Direction direction) {
  const Duration age = now_.boot - code.seen;
  if (age >= questions_.codes().within || sleeps_.since(code.reading.seen) > Duration::zero())
    return prompt(code, Outcome::deny, "late");
  auto [scan, repeats] = questions_.say(code, direction);
  if (repeats) {
    reached("a direction's code was repeated");
    if (code.output) emit(TellScanner{code.output, {}, {}});
    return;
  }
  if (!scan) return prompt(code, Outcome::inform, direction == Direction::in ? "direction_in" : "direction_out");
  reached("a question was answered");
  scan->answer.direction = direction;
  scan->output = std::move(code.output);
  if (!mutant(Mutant::question_takes_time)) {
    scan->seen = code.seen;
    scan->deadline = code.deadline;
  }
  scan->reading.seen = code.reading.seen;
  scan->answer.wall = scan->reading.wall = code.reading.wall;
  scan->answer.trace = code.answer.trace;
  enqueue(std::move(scan));
}

// What is asked is no answer: it is neither recorded nor counted, and what it is about may still be judged.
void Lane::prompt(const Scan& scan, Outcome outcome, const std::string& reason) {
  auto told = std::make_shared<Answer>(scan.answer);
  const Duration stays = questions_.codes().stays;
  const bool holds = stays > Duration::zero() && outcome == Outcome::inform && reason != "say_direction";
  told->verdict = {outcome, reason, holds ? "for " + amount(stays) : std::string(), {}};
  if (scan.output) {
    const Outcome sound = reason == "say_direction" ? Outcome::deny : outcome;
    emit(TellScanner{scan.output, sound, reason});
    emit(TellScanner{scan.output, {}, {}});
  }
  emit(Prompted{std::move(told)});
}

void Lane::end_unanswered(const DirectionQuestions::Scans& scans) {
  for (const auto& scan : scans) {
    reached("a question ended unanswered");
    scan->unanswered = true;
    scan->answer.trace.seen = scan->answer.trace.offered =
        now_.monotonic;  // what follows took no longer than from here
    enqueue(scan);
  }
}

// Whoever was asked before the machine slept may be gone, and so may whoever said a direction.
void Lane::end_questions(bool slept) {
  if (slept && !mutant(Mutant::question_through_sleep)) end_unanswered(questions_.end_all());
  end_unanswered(questions_.end(now_.boot));
}

}  // namespace gatepost::core
