// A stack of its own for code that waits in the middle of what it does: it is left there, and gone on with later.
//
// One thread runs all of them, one at a time, so that a run is the same each time. What runs here may throw; resume()
// throws it on.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>

namespace gatepost::simulation {

class Stack {
 public:
  explicit Stack(std::function<void()> work);
  /// It is over by then: what stands on it has objects to destroy.
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  /// Runs it until it leaves or is over.
  void resume();
  /// Called on it: back to whoever resumed it.
  void leave();
  bool is_over() const { return over_; }
  /// The one that runs; nothing: none does.
  static Stack* present();

 private:
  static void enter();
  void run();
  void arrives();
  void before_leaving(bool for_good);

  std::function<void()> work_;
  std::exception_ptr failure_;
  std::unique_ptr<std::byte[]> memory_;
  ucontext_t here_{}, outside_{};
  Stack* before_ = nullptr;
  bool over_ = false;
  // What the sanitizers want to know.
  void* fake_here_ = nullptr;
  void* fake_outside_ = nullptr;
  const void* outside_bottom_ = nullptr;
  std::size_t outside_size_ = 0;
  void* fiber_here_ = nullptr;
  void* fiber_outside_ = nullptr;
};

}  // namespace gatepost::simulation
