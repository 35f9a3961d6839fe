#include "devices/learn/listeners.hpp"

namespace gatepost::learn {
namespace {

using namespace std::chrono_literals;

constexpr Duration together = 300ms;  // what another scanner says within it was said at the same time
constexpr Duration to_open = 5s;

}  // namespace

/// One scanner's way to the listeners.
class Listeners::Host final : public InputHost {
 public:
  Host(Listeners& listeners, std::size_t number, bool is_known)
      : listeners_(listeners), number_(number), is_known_(is_known) {}

  // A person types with pauses that no scanner makes: that is a damaged scan.
  void emit(Reading reading) override {
    if (!is_known_ && reading.damage != Damage::none) return;
    const std::scoped_lock lock(listeners_.mutex_);
    listeners_.heard_.insert(number_);
    listeners_.told_.notify_all();
  }
  void opened(std::string_view identity) override {
    static_cast<void>(identity);
    settle({});
  }
  void settle(std::optional<Error> why) {
    const std::scoped_lock lock(listeners_.mutex_);
    if (!std::exchange(settled_, true)) ++listeners_.settled_;
    if (why) listeners_.deaf_.push_back(std::move(*why));
    listeners_.told_.notify_all();
  }

 private:
  Listeners& listeners_;
  const std::size_t number_;
  const bool is_known_;
  bool settled_ = false;
};

Listeners::Listeners(std::vector<Listener> listeners) : listeners_(std::move(listeners)) {
  for (std::size_t i = 0; i < listeners_.size(); ++i)
    hosts_.push_back(std::make_unique<Host>(*this, i, listeners_[i].is_known));
  for (std::size_t i = 0; i < listeners_.size(); ++i)
    threads_.emplace_back([this, i](const std::stop_token& stop) {
      if (auto ran = listeners_[i].input->run(*hosts_[i], stop); !ran) hosts_[i]->settle(ran.error());
    });
}

Listeners::~Listeners() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

Heard Listeners::wait(Duration timeout, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  heard_.clear();
  if (!told_.wait_for(lock, stop, timeout, [&] { return !heard_.empty(); })) return {};
  told_.wait_for(lock, stop, together, [&] { return heard_.size() > 1; });
  return std::exchange(heard_, {});
}

std::vector<Error> Listeners::deaf() {
  std::unique_lock lock(mutex_);
  told_.wait_for(lock, to_open, [&] { return settled_ >= listeners_.size(); });
  return deaf_;
}

}  // namespace gatepost::learn
