#include "runtime/subscribers.hpp"

#include <utility>

namespace gatepost::runtime {

Subscriber::Subscriber(Observer& observer)
    : observer_(observer), thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Subscriber::answered(const core::Answer& answer) { add(answer); }

void Subscriber::recorded(const Record& record) { add(record); }

void Subscriber::add(News news) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() == most_waiting) {
      waiting_.pop_front();
      ++missed_;
    }
    waiting_.push_back(std::move(news));
  }
  wake_.notify_one();
}

void Subscriber::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [&] { return !waiting_.empty(); }) && !stop.stop_requested()) {
    const News news = std::move(waiting_.front());
    waiting_.pop_front();
    telling_ = true;
    lock.unlock();
    if (const auto* answer = std::get_if<core::Answer>(&news))
      observer_.answered(*answer);
    else
      observer_.recorded(std::get<Record>(news));
    lock.lock();
    telling_ = false;
    if (waiting_.empty()) drained_.notify_all();
  }
}

bool Subscriber::drained(Duration patience) {
  std::unique_lock lock(mutex_);
  return drained_.wait_for(lock, patience, [&] { return waiting_.empty() && !telling_; });
}

std::uint64_t Subscriber::missed() const {
  const std::scoped_lock lock(mutex_);
  return missed_;
}

}  // namespace gatepost::runtime
