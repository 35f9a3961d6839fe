// A thread for what takes longer than the server's may be held.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <gatepost/result.hpp>
#include <gatepost/support/low_priority.hpp>
#include <gatepost/time.hpp>
#include <mutex>
#include <stop_token>
#include <thread>

#include "api/verbs.hpp"

namespace gatepost::api {

/// Answers requests one after the other, behind everything that a gate waits for: its thread has a low priority.
class Worker {
 public:
  static constexpr std::size_t most_waiting = 64;

  Worker() : thread_([this](const std::stop_token& stop) { work(stop); }) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  /// What waits is not answered any more. Waits for what is being answered: see stop.
  ~Worker() = default;

  /// Ends the thread. False where an answer that is being made is not ready within `patience`.
  bool stop(Duration patience) {
    thread_.request_stop();
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, patience, [&] { return has_ended_; });
  }

  /// A handler whose answer is made on the Worker's thread.
  Stream later(Answer answer) {
    return [this, answer = std::move(answer)](const boost::json::object& request, const Reply& reply) {
      if (!add([answer, request, reply] {
            if (reply.is_open()) reply.end(answer(request));
          }))
        reply.end(Error{"too much is asked at once", "the engine", "ask again in a moment"});
    };
  }

 private:
  bool add(std::function<void()> task) {
    {
      const std::scoped_lock lock(mutex_);
      if (waiting_.size() >= most_waiting) return false;
      waiting_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
  }
  void work(const std::stop_token& stop) {
    support::step_behind_the_lanes();
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [&] { return !waiting_.empty(); }) && !stop.stop_requested()) {
      const auto task = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
    has_ended_ = true;
    ended_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable_any wake_, ended_;
  bool has_ended_ = false;
  std::deque<std::function<void()>> waiting_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::api
