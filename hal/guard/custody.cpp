#include "guard/custody.hpp"

#include <algorithm>
#include <chrono>

namespace gatepost::hal::guard {
namespace {

using namespace std::chrono_literals;

constexpr Duration try_again_after = 100ms;

Answer done(const Request& request) { return {request.number, false, State::unknown, {}}; }

}  // namespace

Custody::Custody(const Request& terms, Open open, const Clock& clock)
    : rest_on_(terms.on), longest_(terms.length), open_(std::move(open)), clock_(clock) {
  for (const auto channel : terms.channels) channels_.try_emplace(channel);
}

template <class F>
Result<void> Custody::with_board(F work) {
  if (!board_) {
    auto opened = open_();
    if (!opened) return opened.error();
    board_ = std::move(*opened);
  }
  Result<void> worked = work(*board_);
  if (!worked) board_.reset();  // a board that was plugged out and in again needs a new connection
  return worked;
}

Answer Custody::take(std::uint32_t number) {
  Answer answer{number, false, State::unknown, {}};
  const auto opened = with_board([&](Relay& board) -> Result<void> {
    answer.texts[0] = board.identity();
    return {};
  });
  return opened ? answer : Answer::of(number, opened.error());
}

Answer Custody::answer(const Request& request) {
  if (request.verb == Verb::closed) return ask_input(request);
  const auto channel = channels_.find(request.channel);
  if (channel == channels_.end() || request.verb == Verb::take || request.verb == Verb::leave)
    return Answer::of(request.number, {"does not own channel " + std::to_string(request.channel), "gatepost-guard",
                                       "report this to Gatepost's authors"});
  return act(request, channel->second);
}

Answer Custody::act(const Request& request, Channel& channel) {
  Answer answer = done(request);
  Result<void> acted;
  if (request.verb == Verb::set) {
    acted = move(request.channel, channel, request.on, longest_);
  } else if (request.verb == Verb::pulse) {
    acted = move(request.channel, channel, !rest_on_, std::min(request.length, longest_));
  } else if (channel.trouble) {
    acted = *channel.trouble;
  } else {
    acted = with_board([&](Relay& board) -> Result<void> {
      auto state = board.read_back(request.channel);
      if (!state) return state.error();
      if (*state) answer.state = **state ? State::on : State::off;
      return {};
    });
  }
  return acted ? answer : Answer::of(request.number, acted.error());
}

// A command that failed may have moved the relay all the same.
Result<void> Custody::move(int number, Channel& channel, bool on, Duration out_of_rest) {
  auto moved = with_board([&](Relay& board) { return board.set(number, on); });
  const MonotonicTime now = clock_.now();
  if (!moved)
    channel = {now + try_again_after, moved.error()};
  else if (on == rest_on_)
    channel = {};
  else
    channel = {now + out_of_rest, {}};
  return moved;
}

Answer Custody::ask_input(const Request& request) {
  Answer answer = done(request);
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

std::optional<MonotonicTime> Custody::next_due() const {
  std::optional<MonotonicTime> next;
  for (const auto& [number, channel] : channels_)
    if (channel.due && (!next || *channel.due < *next)) next = channel.due;
  return next;
}

void Custody::expire() {
  for (auto& [number, channel] : channels_)
    if (channel.due && *channel.due <= clock_.now()) static_cast<void>(move(number, channel, rest_on_, {}));
}

Result<void> Custody::rest() {
  Result<void> first;
  for (auto& [number, channel] : channels_)
    if (auto moved = move(number, channel, rest_on_, {}); !moved && first) first = moved;
  if (!first) return first;
  return with_board([&](Relay& board) -> Result<void> {
    for (const auto& [number, channel] : channels_) {
      auto state = board.read_back(number);
      if (!state) return state.error();
      if (*state && **state != rest_on_)
        return Error{"relay " + std::to_string(number) + " was put to rest and says that it is not", board.identity(),
                     "check the board and its power"};
    }
    return {};
  });
}

}  // namespace gatepost::hal::guard
