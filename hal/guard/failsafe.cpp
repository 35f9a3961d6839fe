#include "guard/failsafe.hpp"

#include <algorithm>
#include <chrono>
#include <gatepost/hal/deadline.hpp>

#include "driver_hooks.hpp"

namespace gatepost::hal::guard {
namespace {

using namespace std::chrono_literals;

constexpr Duration try_again_after = 100ms;
constexpr Duration longest_hold = 60s;

}  // namespace

Failsafe::Failsafe(const Request& terms, Open open, const Clock& clock)
    : rest_on_(terms.on), longest_(terms.length), open_(std::move(open)), clock_(clock) {
  for (const auto channel : terms.channels) channels_.try_emplace(channel);
}

template <class F>
Result<void> Failsafe::with_board(F work) {
  unsettled_ = {};
  if (!board_) {
    auto opened = open_();
    if (!opened) return opened.error();
    board_ = std::move(*opened);
  }
  Result<void> worked = work(*board_);
  if (worked) return worked;
  unsettled_ = board_->unsettled();
  if (!board_->reconnects()) board_.reset();  // a board that was plugged out and in again needs a new connection
  return worked;
}

Answer Failsafe::take(std::uint32_t number) {
  Answer answer{.number = number};
  const auto opened = with_board([&](Relay& board) -> Result<void> {
    answer.texts[0] = board.identity();
    return {};
  });
  return opened ? answer : Answer::of(number, opened.error());
}

Answer Failsafe::answer(const Request& request) {
  if (request.verb == Verb::closed) return ask_input(request);
  const auto channel = channels_.find(request.channel);
  if (channel == channels_.end() || request.verb == Verb::take || request.verb == Verb::leave)
    return Answer::of(request.number, {"does not own channel " + std::to_string(request.channel), "gatepost-guard",
                                       "report this to Gatepost's authors"});
  return act(request, channel->second);
}

Answer Failsafe::act(const Request& request, Channel& channel) {
  Answer answer{.number = request.number};
  Result<void> acted;
  if (request.verb == Verb::set)
    acted = move(request.channel, channel, request.on, longest_, request.not_after);
  else if (request.verb == Verb::pulse)
    acted = move(request.channel, channel, !rest_on_, std::min(request.length, longest_), request.not_after);
  else if (request.verb == Verb::hold)
    acted = hold(request, channel);
  else
    acted = read_back(request.channel, channel, answer.state);
  if (!acted) answer = Answer::of(request.number, acted.error());
  answer.settle = std::max(channel.settled_at - clock_.boot(), Duration::zero());
  return answer;
}

// A command that failed may have moved the relay all the same, or may do so yet.
Result<void> Failsafe::move(int number, Channel& channel, bool on, Duration out_of_rest, BootTime not_after) {
  const bool to_rest = on == rest_on_;
  if (to_rest) not_after = BootTime::max();
  if (clock_.boot() > not_after) return too_late("gatepost-guard");
  // A hold is sent again, so that two of it may be under way.
  const bool holds = !to_rest && not_after == BootTime::max() && !mutant(Mutant::held_copy_forgotten);
  auto moved = with_board(
      [&](Relay& board) { return holds ? board.hold(number, on, out_of_rest) : board.set(number, on, not_after); });
  const BootTime now = clock_.boot();
  if (!moved && !to_rest && channel.stays) {
    channel.settled_at = std::max(channel.settled_at, now + unsettled_);
  } else if (!moved) {
    channel.due = to_rest ? now + try_again_after : now;
    channel.trouble = moved.error();
    if (!to_rest) channel.settled_at = std::max(channel.settled_at, now + unsettled_);
  } else if (!to_rest) {
    channel.stays = channel.stays || out_of_rest == without_end;
    channel.due = channel.stays ? std::nullopt : std::optional(std::max(now + out_of_rest, channel.held_until));
    channel.trouble = {};
  } else {
    channel.settled_at = std::max(channel.settled_at, now + board_->unsettled());
    const bool settled = now >= channel.settled_at;
    channel.due = settled ? std::nullopt : std::optional(std::min(now + try_again_after, channel.settled_at));
    channel.trouble = {};
    channel.held_until = {};
    channel.stays = false;
  }
  return moved;
}

Result<void> Failsafe::hold(const Request& request, Channel& channel) {
  const Duration length = request.length == without_end ? without_end : std::min(request.length, longest_hold);
  auto moved = move(request.channel, channel, request.on, length, request.not_after);
  if (moved && channel.due && request.on != rest_on_) channel.held_until = *channel.due;
  return moved;
}

Result<void> Failsafe::read_back(int number, const Channel& channel, State& state) {
  if (channel.trouble) return *channel.trouble;
  return with_board([&](Relay& board) -> Result<void> {
    auto on = board.read_back(number);
    if (!on) return on.error();
    if (*on) state = **on ? State::on : State::off;
    return {};
  });
}

Answer Failsafe::ask_input(const Request& request) {
  Answer answer{.number = request.number};
  const auto asked = with_board([&](Relay& board) -> Result<void> {
    auto input = board.input(request.channel);
    if (!input) return input.error();
    auto closed = (*input)->closed();
    if (!closed) return closed.error();
    answer.state = *closed ? State::on : State::off;
    return {};
  });
  return asked ? answer : Answer::of(request.number, asked.error());
}

std::optional<BootTime> Failsafe::next_due() const {
  std::optional<BootTime> next;
  for (const auto& [number, channel] : channels_)
    if (channel.due && (!next || *channel.due < *next)) next = channel.due;
  return next;
}

void Failsafe::expire() {
  for (auto& [number, channel] : channels_)
    if (channel.due && *channel.due <= clock_.boot()) put_to_rest(number, channel);
}

// Nobody has asked for it, so nobody else asks whether it came to pass.
void Failsafe::put_to_rest(int number, Channel& channel) {
  if (!move(number, channel, rest_on_, {})) return;
  const auto confirmed = with_board([&](Relay& board) { return confirm_rest(board, number); });
  if (confirmed) return;
  channel.due = clock_.boot() + try_again_after;
  channel.trouble = confirmed.error();
}

Result<void> Failsafe::rest() {
  for (auto& [number, channel] : channels_) channel.stays = false;
  return rest_after_engine();
}

Result<void> Failsafe::rest_after_engine() {
  Result<void> first;
  for (auto& [number, channel] : channels_)
    if (!channel.stays)
      if (auto moved = move(number, channel, rest_on_, {}); !moved && first) first = moved;
  if (!first) return first;
  for (const auto& [number, channel] : channels_) {
    if (channel.stays) continue;
    const auto confirmed = with_board([&, number = number](Relay& board) { return confirm_rest(board, number); });
    if (!confirmed) return confirmed;
  }
  for (const auto& [number, channel] : channels_)
    if (clock_.boot() < channel.settled_at)
      return Error{"a command that failed may still reach relay " + std::to_string(number), "gatepost-guard",
                   "wait: the relay is put to rest until that is over"};
  return {};
}

Result<void> Failsafe::confirm_rest(Relay& board, int number) const {
  auto state = board.read_back(number);
  if (!state) return state.error();
  if (!*state || **state == rest_on_) return {};
  return Error{"relay " + std::to_string(number) + " was put to rest and says that it is not", board.identity(),
               "check the board and its power"};
}

}  // namespace gatepost::hal::guard
