// The thread that makes one machine's calls into plugins, boards and the disk, and its successor where a call hangs.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <gatepost/time.hpp>
#include <list>
#include <mutex>
#include <thread>

namespace gatepost::runtime {

class Worker {
 public:
  class Self;
  using Task = std::function<void(Self&)>;

  /// One of a worker's threads, as long as its task runs.
  class Self {
   public:
    explicit Self(Worker& worker) : worker_(worker) {}
    Worker& worker() const { return worker_; }
    /// Done next by this very thread: no other has to be woken.
    void take(Task task);

   private:
    friend class Worker;
    Worker& worker_;
    Task next_;
  };

  Worker();
  /// Waits for what is under way, however long it takes.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Done in order, one after the other, unless one is abandoned. From any thread.
  void submit(Task task);
  /// By the thread that is here, `self`, where it is one of this worker's: then no other has to be woken.
  void submit(Task task, Self* self);
  /// The task under way may never end: what is submitted is done by another thread. Where none is under way nothing
  /// happens.
  void abandon();

  void request_stop();
  /// After request_stop(): whether its threads have ended within `patience`.
  bool stopped(Duration patience);

 private:
  struct Thread {
    bool works = false;
    bool abandoned = false;
    bool ended = false;
    std::thread thread{};
  };
  void start();
  void work(Thread& self);
  void run(Task task);
  bool all_ended() const;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable ended_;
  std::deque<Task> tasks_;
  std::list<Thread> threads_;  ///< the last one is at work for this worker; those before were abandoned
  bool stopping_ = false;
};

}  // namespace gatepost::runtime
