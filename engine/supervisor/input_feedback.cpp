#include "supervisor/input_feedback.hpp"

#include <utility>

namespace gatepost::supervisor {
namespace {

constexpr std::size_t most_words = 8;

}  // namespace

InputFeedback::InputFeedback(Input& input)
    : input_(input), thread_([this](const std::stop_token& stop) { work(stop); }) {}

void InputFeedback::answered(Outcome outcome, std::string_view reason) { add({outcome, std::string(reason)}); }

void InputFeedback::ready() { add({{}, {}}); }

void InputFeedback::add(Word word) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return;
    if (words_.size() == most_words) words_.pop_front();
    words_.push_back(std::move(word));
  }
  wake_.notify_one();
}

void InputFeedback::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [&] { return !words_.empty(); }) && !stop.stop_requested()) {
    const Word word = std::move(words_.front());
    words_.pop_front();
    lock.unlock();
    if (word.outcome)
      input_.answered({*word.outcome, word.reason});
    else
      input_.ready();
    lock.lock();
  }
  at_work_ = false;
  wake_.notify_all();
}

bool InputFeedback::closes(Duration patience) {
  thread_.request_stop();
  std::unique_lock lock(mutex_);
  closed_ = true;
  return wake_.wait_for(lock, patience, [&] { return !at_work_; });
}

}  // namespace gatepost::supervisor
