#include "devices/learn/ears.hpp"

namespace gatepost::learn {
namespace {

using namespace std::chrono_literals;

constexpr Duration together = 300ms;  // what another scanner says within it was said at the same time
constexpr Duration to_open = 5s;

}  // namespace

/// One scanner's way to the ears.
class Ears::Host final : public InputHost {
 public:
  Host(Ears& ears, std::size_t number, bool is_known) : ears_(ears), number_(number), is_known_(is_known) {}

  // A person types with pauses that no scanner makes: that is a damaged scan.
  void emit(Reading reading) override {
    if (!is_known_ && reading.damage != Damage::none) return;
    const std::scoped_lock lock(ears_.mutex_);
    ears_.heard_.insert(number_);
    ears_.told_.notify_all();
  }
  void opened(std::string_view identity) override {
    static_cast<void>(identity);
    settle({});
  }
  void settle(std::optional<Error> why) {
    const std::scoped_lock lock(ears_.mutex_);
    if (!std::exchange(settled_, true)) ++ears_.settled_;
    if (why) ears_.deaf_.push_back(std::move(*why));
    ears_.told_.notify_all();
  }

 private:
  Ears& ears_;
  const std::size_t number_;
  const bool is_known_;
  bool settled_ = false;
};

Ears::Ears(std::vector<Ear> ears) : ears_(std::move(ears)) {
  for (std::size_t i = 0; i < ears_.size(); ++i) hosts_.push_back(std::make_unique<Host>(*this, i, ears_[i].is_known));
  for (std::size_t i = 0; i < ears_.size(); ++i)
    threads_.emplace_back([this, i](const std::stop_token& stop) {
      if (auto ran = ears_[i].input->run(*hosts_[i], stop); !ran) hosts_[i]->settle(ran.error());
    });
}

Ears::~Ears() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

Heard Ears::wait(Duration timeout, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  heard_.clear();
  if (!told_.wait_for(lock, stop, timeout, [&] { return !heard_.empty(); })) return {};
  told_.wait_for(lock, stop, together, [&] { return heard_.size() > 1; });
  return std::exchange(heard_, {});
}

std::vector<Error> Ears::deaf() {
  std::unique_lock lock(mutex_);
  told_.wait_for(lock, to_open, [&] { return settled_ >= ears_.size(); });
  return deaf_;
}

}  // namespace gatepost::learn
