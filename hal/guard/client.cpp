#include "guard/client.hpp"

#include <algorithm>
#include <chrono>
#include <gatepost/hal/polled_contact.hpp>
#include <mutex>

#include "driver_hooks.hpp"

namespace gatepost::hal::guard {
namespace {

using namespace std::chrono_literals;

constexpr Duration to_start = 3s;  // a program from a cold disk

class GuardedRelay final : public Relay {
 public:
  GuardedRelay(std::unique_ptr<Line> line, std::string where, const RelayShape& shape, std::size_t channels)
      : line_(std::move(line)),
        where_(std::move(where)),
        shape_(shape),
        patience_(a_busy_machine + static_cast<Duration::rep>(channels + 1) * shape.failing + 500ms) {}

  ~GuardedRelay() override {
    if (!lost_) line_->part(to_bytes(Request{.verb = Verb::leave}), patience_);
  }

  Result<void> take(const Request& request) {
    auto taken = ask(request, to_start);
    if (!taken) return taken.error();
    board_ = taken->texts[0];
    return {};
  }

  int channels() const override { return shape_.channels; }
  int inputs() const override { return shape_.inputs; }
  std::string identity() const override { return board_ + ", held by " + line_->name(); }
  bool self_release() const override { return true; }

  Result<void> set(int channel, bool on, BootTime not_after) override {
    return done({.verb = Verb::set, .channel = static_cast<std::uint16_t>(channel), .on = on, .not_after = not_after});
  }
  Result<void> pulse(int channel, Duration length, BootTime not_after) override {
    return done({.verb = Verb::pulse,
                 .channel = static_cast<std::uint16_t>(channel),
                 .length = length,
                 .not_after = not_after});
  }
  Result<void> hold(int channel, bool on, Duration renewed_within) override {
    return done(
        {.verb = Verb::hold, .channel = static_cast<std::uint16_t>(channel), .on = on, .length = renewed_within});
  }
  Duration unsettled() const override {
    const std::scoped_lock lock(mutex_);
    return std::max(settled_at_ - line_->now(), Duration::zero());
  }
  bool reconnects() const override {
    const std::scoped_lock lock(mutex_);
    return !lost_;
  }
  Result<std::optional<bool>> read_back(int channel) override {
    auto answer = ask({.verb = Verb::read_back, .channel = static_cast<std::uint16_t>(channel)}, patience_);
    if (!answer) return answer.error();
    if (answer->state == State::unknown) return std::optional<bool>();
    return std::optional(answer->state == State::on);
  }
  Result<std::unique_ptr<Contact>> input(int number) override {
    if (number < 1 || number > shape_.inputs)
      return Error{"has no input " + std::to_string(number), identity(), "count from 1"};
    return std::unique_ptr<Contact>(
        std::make_unique<PolledContact>([this, number] { return closed(number); }, shape_.poll));
  }

 private:
  Result<bool> closed(int number) {
    auto answer = ask({.verb = Verb::closed, .channel = static_cast<std::uint16_t>(number)}, patience_);
    if (!answer) return answer.error();
    return answer->state == State::on;
  }

  Result<void> done(Request request) {
    auto answer = ask(std::move(request), patience_);
    if (!answer) return answer.error();
    return {};
  }

  // One round: what is asked next waits for the answer, as it would for the board.
  Result<Answer> ask(Request request, Duration patience) {
    const std::scoped_lock lock(mutex_);
    request.number = ++asked_;
    auto answer = lost_ ? gone("is gone") : exchange(to_bytes(request), patience);
    if (answer && answer->number != request.number) answer = gone("answers what it was not asked");
    // What it asked its board for before it was lost, nobody knows.
    if (lost_ && !mutant(Mutant::dead_guard_is_settled)) settled_at_ = line_->now() + shape_.settle;
    if (answer && answer->settle > Duration::zero()) settled_at_ = line_->now() + answer->settle;
    if (answer && answer->failed) return answer->error();
    return answer;
  }

  Result<Answer> exchange(const std::string& request, Duration patience) {
    std::string answer;
    switch (line_->exchange(request, patience, answer)) {
      case Line::Heard::gone:
        return gone("is gone");
      case Line::Heard::nothing:
        return board_.empty() ? mute() : gone("does not answer");
      case Line::Heard::answer:
        break;
    }
    return parse_answer(answer);
  }

  // A guard that says nothing from the beginning waits for its board, which holds the kernel's call.
  Result<Answer> mute() {
    lost_ = true;
    return Error{"the board does not answer", where_,
                 "check its cable and its power, and that it is what its address says; plug it in again"};
  }

  Result<Answer> gone(const char* what) {
    lost_ = true;
    return Error{std::string("the guard process ") + what, board_.empty() ? line_->name() : identity(),
                 "a new one is started by itself; look for who ends programs on this machine, and for its memory"};
  }

  const std::unique_ptr<Line> line_;
  const std::string where_;
  const RelayShape shape_;
  const Duration patience_;
  std::string board_;
  mutable std::mutex mutex_;
  std::uint32_t asked_ = 0;
  bool lost_ = false;
  BootTime settled_at_{};
};

}  // namespace

Result<std::unique_ptr<Relay>> take_board(std::unique_ptr<Line> line, const Request& take, std::string where,
                                          const RelayShape& shape) {
  auto board = std::make_unique<GuardedRelay>(std::move(line), std::move(where), shape, take.channels.size());
  if (auto taken = board->take(take); !taken) return taken.error();
  return std::unique_ptr<Relay>(std::move(board));
}

}  // namespace gatepost::hal::guard
