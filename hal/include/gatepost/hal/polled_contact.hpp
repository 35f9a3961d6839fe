// A contact that can only be asked: a wait for it asks again and again.
#pragma once

#include <condition_variable>
#include <functional>
#include <gatepost/hal/contact.hpp>
#include <mutex>

namespace gatepost::hal {

class PolledContact final : public Contact {
 public:
  using Ask = std::function<Result<bool>()>;

  /// `ask`: whether it is closed. `pause`: between two asks.
  PolledContact(Ask ask, Duration pause) : ask_(std::move(ask)), pause_(pause) {}

  Result<bool> closed() override;
  Result<bool> wait_to_close(Duration timeout, const std::stop_token& stop) override;
  Result<void> forget() override {
    was_open_ = false;
    return {};
  }

 private:
  const Ask ask_;
  const Duration pause_;
  bool was_open_ = false;  ///< when it was asked last
  std::mutex mutex_;
  std::condition_variable_any wake_;
};

}  // namespace gatepost::hal
