// A contact on a GPIO line, freed from its bouncing: by the edges that the kernel tells, or by looking at it.
#include <poll.h>

#include <algorithm>
#include <chrono>

#include "linux/gpio.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;

// Kernels before 6.6 do not wake a sleeper when the chip is unplugged (gpiolib-cdev.c), so the line is asked now and
// then.
constexpr Duration look_if_there = 500ms;
constexpr Duration look = 20ms;     // at a line that tells of no edges: whoever passes a sensor takes longer
constexpr int most_old_edges = 64;  // the kernel keeps 16

MonotonicTime now() { return SystemClock().now(); }

class GpioContact final : public Contact {
 public:
  GpioContact(std::unique_ptr<GpioLine> line, Duration debounce, StopEvent stop_event)
      : line_(std::move(line)), debounce_(debounce), stop_event_(std::move(stop_event)) {}

  Result<bool> closed() override { return line_->get(); }
  std::optional<MonotonicTime> closed_at() const override { return closed_at_; }

  Result<bool> wait_to_close(Duration timeout, const std::stop_token& stop) override {
    const auto end = now() + timeout;
    if (!begun_)
      if (auto forgotten = forget(); !forgotten) return forgotten.error();
    while (true) {
      if (last_ && now() >= last_->at + debounce_ && settles()) return true;
      const auto due = last_ ? std::min(end, last_->at + debounce_) : end;
      const Duration left = std::max<Duration>(std::min(due - now(), tells_edges() ? look_if_there : look), 0ns);
      switch (wait_for(line_->descriptor(), POLLIN, left, stop_event_, stop)) {
        case Woken::stopped:
          return false;
        case Woken::ready:
          if (auto taken = take_told(); !taken) return taken.error();
          continue;
        case Woken::hung_up:
          return line_->gone();
        case Woken::timed_out:
          break;
      }
      if (auto there = take_seen(); !there) return there.error();
      if (now() >= end && !(last_ && now() >= last_->at + debounce_)) return false;
    }
  }

  Result<void> forget() override {
    for (int i = 0; i < most_old_edges && tells_edges(); ++i) {
      if (wait_for(line_->descriptor(), POLLIN, 0ns, stop_event_, {}) != Woken::ready) break;
      if (auto old = line_->edge(); !old) return old.error();
    }
    last_.reset();
    auto is_closed = line_->get();
    if (!is_closed) return is_closed.error();
    closed_ = *is_closed;
    begun_ = true;
    return {};
  }

 private:
  bool tells_edges() const { return line_->descriptor() >= 0; }

  Result<void> take_told() {
    const auto edge = line_->edge();
    if (!edge) return edge.error();
    take(*edge);
    return {};
  }

  // A chip that has gone is seen by this, too.
  Result<void> take_seen() {
    const auto level = line_->get();
    if (!level) return level.error();
    if (!tells_edges() && *level != (last_ ? last_->active : closed_)) take({*level, now()});
    return {};
  }

  // A bounce goes on from the edge before it, and the first edge is when it happened.
  void take(const GpioEdge& edge) {
    if (!last_ || edge.at - last_->at > debounce_) first_ = edge.at;
    last_ = edge;
  }

  // The line has been quiet for long enough to be believed. True: it has closed.
  bool settles() {
    const bool was_closed = std::exchange(closed_, last_->active);
    last_.reset();
    if (was_closed || !closed_) return false;
    closed_at_ = first_;
    return true;
  }

  const std::unique_ptr<GpioLine> line_;
  const Duration debounce_;
  const StopEvent stop_event_;
  bool begun_ = false;
  bool closed_ = false;             ///< as it was last believed
  std::optional<GpioEdge> last_{};  ///< not believed yet
  MonotonicTime first_{};           ///< of the edges that last_ is one of
  std::optional<MonotonicTime> closed_at_{};
};

}  // namespace

std::unique_ptr<Contact> gpio_contact(std::unique_ptr<GpioLine> line, Duration debounce, StopEvent stop_event) {
  return std::make_unique<GpioContact>(std::move(line), debounce, std::move(stop_event));
}

}  // namespace gatepost::hal
