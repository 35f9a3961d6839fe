// What an Input leaves behind in this process when its run has ended.
#pragma once

#include <gatepost/result.hpp>
#include <optional>
#include <string>

namespace gatepost::supervisor {

/// Threads are told by their name, which they take from the thread that began them; descriptors by how many there are
/// before and after a run, in run after run, since a single difference may be somebody else's. All of it, the making
/// too, on the thread that runs the Input.
class LeakDetector {
 public:
  explicit LeakDetector(std::string device);

  /// Before a run.
  void begin();
  /// After it. An Error where it leaks, once; `too_much()` where the others would suffer from one more run.
  std::optional<Error> end();
  bool too_much() const;

 private:
  const std::string device_;
  const std::string thread_name_;  ///< no other Input's
  std::size_t descriptors_before_ = 0;
  std::size_t descriptors_ = 0;  ///< left by the last runs on end that left some
  std::size_t threads_ = 0;
  int runs_ = 0;  ///< those runs
  bool told_ = false;
};

}  // namespace gatepost::supervisor
