#include "observe/screen.hpp"

#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

namespace gatepost::observe {
namespace {

// What cannot be written is left: a disk that is full may have room for the next line.
void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto size = ::write(descriptor, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

Screen::Screen(int descriptor)
    : descriptor_(descriptor), thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Screen::print(std::string line) {
  line += '\n';
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() == most_waiting) {
      waiting_.pop_front();
      ++left_out_;
    }
    waiting_.push_back(std::move(line));
  }
  wake_.notify_one();
}

void Screen::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [&] { return !waiting_.empty(); }) && !stop.stop_requested()) {
    std::string text;
    if (const auto left_out = std::exchange(left_out_, 0); left_out > 0)
      text = "(" + std::to_string(left_out) + " lines were left out: nobody read them)\n";
    text += waiting_.front();
    waiting_.pop_front();
    writing_ = true;
    lock.unlock();
    write_all(descriptor_, text);
    lock.lock();
    writing_ = false;
    if (waiting_.empty()) drained_.notify_all();
  }
}

bool Screen::drained(Duration patience) {
  std::unique_lock lock(mutex_);
  return drained_.wait_for(lock, patience, [&] { return waiting_.empty() && !writing_; });
}

}  // namespace gatepost::observe
