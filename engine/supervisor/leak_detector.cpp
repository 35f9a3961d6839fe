#include "supervisor/leak_detector.hpp"

#include <pthread.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

namespace gatepost::supervisor {
namespace {

namespace fs = std::filesystem;

constexpr int suspicious_runs = 4;
constexpr std::size_t suspicious_threads = 4;
constexpr std::size_t most_descriptors = 64;  // of the 1,024 that a process commonly may have
constexpr std::size_t most_threads = 32;

// Of the thread that asks; 15 bytes are all that the kernel keeps.
std::string unique_name(const std::string& device) {
  return ("in" + std::to_string(::gettid()) + ":" + device).substr(0, 15);
}

std::size_t entries(const char* folder) {
  std::error_code failure;
  std::size_t count = 0;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) ++count;
  return count;
}

std::size_t threads_named(const std::string& name) {
  std::error_code failure;
  std::size_t count = 0;
  for (fs::directory_iterator task("/proc/self/task", failure), end; !failure && task != end; task.increment(failure)) {
    std::string comm;
    std::getline(std::ifstream(task->path() / "comm"), comm);
    if (comm == name) ++count;
  }
  return count;
}

}  // namespace

LeakDetector::LeakDetector(std::string device) : device_(std::move(device)), thread_name_(unique_name(device_)) {}

void LeakDetector::begin() {
  ::pthread_setname_np(::pthread_self(), thread_name_.c_str());
  descriptors_before_ = entries("/proc/self/fd");
}

std::optional<Error> LeakDetector::end() {
  const std::size_t named = threads_named(thread_name_);
  threads_ = named == 0 ? 0 : named - 1;  // this one is not left over
  const std::size_t now = entries("/proc/self/fd");
  runs_ = now > descriptors_before_ ? runs_ + 1 : 0;
  descriptors_ = runs_ == 0 ? 0 : descriptors_ + (now - descriptors_before_);
  const bool leaks = threads_ >= suspicious_threads || runs_ >= suspicious_runs;
  if (!leaks || std::exchange(told_, true)) return {};
  return Error{threads_ >= suspicious_threads
                   ? "leaks: " + std::to_string(threads_) + " threads of its ended runs are still there"
                   : "leaks: its last " + std::to_string(runs_) + " runs left " + std::to_string(descriptors_) +
                         " descriptors open",
               "device " + device_, "report this to the plugin's author"};
}

bool LeakDetector::too_much() const {
  return threads_ >= most_threads || (runs_ >= suspicious_runs && descriptors_ >= most_descriptors);
}

}  // namespace gatepost::supervisor
