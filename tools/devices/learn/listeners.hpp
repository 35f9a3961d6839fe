// Listening to many scanners at once: which one spoke?
#pragma once

#include <condition_variable>
#include <gatepost/hal/bus.hpp>
#include <gatepost/input.hpp>
#include <gatepost/result.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace gatepost::learn {

/// A scanner that is plugged in, and the plugin's object that reads it.
struct Listener {
  std::string port;     ///< of its plug: 1-1.2
  std::string address;  ///< for a site file
  std::string plugin;
  std::string name;       ///< for people
  bool is_known = false;  ///< by its number a scanner; else a person may be typing on it
  std::unique_ptr<Input> input;
};

/// Who was heard. Several: they spoke at the same time.
using Heard = std::set<std::size_t>;

/// Reads all of them, a thread each, as long as it lives.
class Listeners {
 public:
  explicit Listeners(std::vector<Listener> listeners);
  Listeners(const Listeners&) = delete;
  Listeners& operator=(const Listeners&) = delete;
  ~Listeners();

  /// Waits until one of them has read something; empty when `timeout` is over or stop is asked for. What was heard
  /// before counts no more.
  Heard wait(Duration timeout, const std::stop_token& stop);

  const Listener& at(std::size_t number) const { return listeners_.at(number); }
  std::size_t size() const { return listeners_.size(); }

  /// Waits until each is open or cannot be opened; why some are not.
  std::vector<Error> deaf();

 private:
  class Host;

  std::vector<Listener> listeners_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::mutex mutex_;
  std::condition_variable_any told_;
  Heard heard_;
  std::size_t settled_ = 0;  ///< are open, or have given up
  std::vector<Error> deaf_;
  std::vector<std::jthread> threads_;
};

}  // namespace gatepost::learn
