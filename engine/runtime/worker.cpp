#include "runtime/worker.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::runtime {

void Worker::Self::take(Task task) {
  if (next_)
    worker_.submit(std::move(task));
  else
    next_ = std::move(task);
}

// At once: the first scan does not wait for a thread to begin.
Worker::Worker() {
  const std::scoped_lock lock(mutex_);
  start();
}

// The threads are joined once all have ended: a task that comes back late may still submit another, which joins those
// that have ended and begins a thread.
Worker::~Worker() {
  request_stop();
  {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [&] { return all_ended(); });
  }
  for (Thread& thread : threads_) thread.thread.join();
}

void Worker::submit(Task task) {
  {
    const std::scoped_lock lock(mutex_);
    tasks_.push_back(std::move(task));
    if (threads_.empty() || threads_.back().abandoned) start();
  }
  changed_.notify_all();
}

void Worker::submit(Task task, Self* self) {
  if (self != nullptr && &self->worker() == this)
    self->take(std::move(task));
  else
    submit(std::move(task));
}

// With the lock.
void Worker::start() {
  std::erase_if(threads_, [](Thread& thread) {
    if (!thread.ended) return false;
    thread.thread.join();
    return true;
  });
  Thread& thread = threads_.emplace_back();
  thread.thread = std::thread([this, &thread] { work(thread); });
}

void Worker::abandon() {
  const std::scoped_lock lock(mutex_);
  if (threads_.empty() || !threads_.back().works) return;
  threads_.back().abandoned = true;
  if (!tasks_.empty()) start();
}

void Worker::work(Thread& self) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return self.abandoned || !tasks_.empty() || stopping_; });
    if (self.abandoned || tasks_.empty()) break;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    self.works = true;
    lock.unlock();
    run(std::move(task));
    lock.lock();
    self.works = false;
  }
  self.ended = true;
  ended_.notify_all();
}

void Worker::run(Task task) {
  Self self(*this);
  while (task) {
    task(self);
    task = std::exchange(self.next_, {});
  }
}

void Worker::request_stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

bool Worker::stopped(Duration patience) {
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, patience, [&] { return all_ended(); });
}

// With the lock.
bool Worker::all_ended() const { return std::ranges::all_of(threads_, &Thread::ended); }

}  // namespace gatepost::runtime
