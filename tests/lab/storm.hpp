// What tests of storms share: cables that are drawn and put in again, over and over, while the rest of the site works
// on.
#pragma once

#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

#include "devices/acm_serial.hpp"
#include "site.hpp"

namespace gatepost::lab {

/// GATEPOST_STORM in the environment; a campaign takes 50.
inline int storm_cycles() {
  const char* asked = std::getenv("GATEPOST_STORM");
  return asked == nullptr ? 2 : std::max(2, std::atoi(asked));
}

/// Whether what takes long is asked for, too.
inline bool is_campaign() { return std::getenv("GATEPOST_STORM") != nullptr; }

/// The cycle after which nothing is to grow any more: each device has been opened again, and lists that keep the newest
/// are full or near it.
inline int storm_warm_up() { return std::max(1, storm_cycles() / 5); }

/// What a process holds of the machine.
struct Holdings {
  long files = 0, threads = 0, resident = 0, heap = 0;  ///< in KiB; the heap with all that is no file's

  static Holdings of(pid_t pid) {
    const std::filesystem::path folder = "/proc/" + std::to_string(pid);
    Holdings found;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder / "fd")) ++found.files;
    std::ifstream status(folder / "status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("Threads:")) found.threads = std::atol(line.c_str() + 8);
      if (line.starts_with("VmRSS:")) found.resident = std::atol(line.c_str() + 6);
      if (line.starts_with("RssAnon:")) found.heap = std::atol(line.c_str() + 8);
    }
    return found;
  }

  /// The same files and threads now as `early`, and no more than `kilobytes` more memory. `pid` may be about to let go
  /// of something.
  static void have_not_grown(pid_t pid, const Holdings& early, long kilobytes) {
    world::soon([&] { return of(pid).files <= early.files && of(pid).threads <= early.threads; }, Site::patience);
    const Holdings late = of(pid);
    std::printf("files %ld, then %ld; threads %ld, then %ld; resident %ld KiB, then %ld; heap %ld KiB, then %ld\n",
                early.files, late.files, early.threads, late.threads, early.resident, late.resident, early.heap,
                late.heap);
    EXPECT_EQ(late.files, early.files);
    EXPECT_EQ(late.threads, early.threads);
    EXPECT_LT(late.resident, early.resident + kilobytes);
    EXPECT_LT(late.heap, early.heap + kilobytes);
  }
};

/// Codes that are scanned once each, and who should have read which. None is on the roster.
class Codes {
 public:
  /// The next one, which `device` is to read.
  std::string next(const std::string& device) {
    const std::scoped_lock lock(mutex_);
    const std::string code = "E" + std::to_string(100'000 + owners_.size());
    owners_.emplace(code, device);
    return code;
  }

  /// It came as damaged: the machine, which is emulated, had stopped for so long that the scan fell apart.
  void was_torn(const std::string& code) {
    const std::scoped_lock lock(mutex_);
    owners_.at(code).clear();
  }

  /// Each has been read once, by its device and whole; what else was read is told as damaged.
  void were_read_once_each(Site& site) const {
    std::map<std::string, std::string> missing = owners_;
    std::erase_if(missing, [](const auto& one) { return one.second.empty(); });
    for (const auto& row : site.rows()) {
      const auto text = [&](const char* key) { return std::string(row.at(key).as_string()); };
      if (text("kind") != "attempt" || text("reason") != "not_listed") continue;
      const auto owner = owners_.find(text("subject"));
      ASSERT_NE(owner, owners_.end()) << "nobody scanned " << text("subject");
      EXPECT_EQ(text("device"), owner->second) << owner->first;
      EXPECT_EQ(missing.erase(owner->first), 1U) << owner->first << " was read twice";
    }
    for (const auto& [code, device] : missing) ADD_FAILURE() << device << " lost " << code;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> owners_;
};

/// A scanner that never stops: twenty codes a second.
class Busy {
 public:
  Busy(AcmSerial& scanner, const std::string& device, Codes& codes)
      : thread_([&scanner, device, &codes, this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            scanner.write(codes.next(device) + "\r");
            ++scans_;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
          }
        }) {}
  int stop() {
    thread_.request_stop();
    thread_.join();
    return scans_;
  }

 private:
  std::atomic<int> scans_ = 0;
  std::jthread thread_;
};

inline std::int64_t nanoseconds_of(const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

/// When the kernel made that device file, by the clock of Records: just before it tells of it. Its own clock goes in
/// steps of 4 ms.
inline std::int64_t made_at(const std::string& file) {
  struct stat status {};
  timespec wall{}, monotonic{};
  if (::stat(file.c_str(), &status) != 0) return 0;
  ::clock_gettime(CLOCK_REALTIME, &wall);
  ::clock_gettime(CLOCK_MONOTONIC, &monotonic);
  return nanoseconds_of(status.st_ctim) - nanoseconds_of(wall) + nanoseconds_of(monotonic);
}

/// How long it took each time from the kernel's event until the device was at work again.
class BackAtWork {
 public:
  /// Waits until it is up for the nth time; `file` is what the engine opens.
  void wait(Site& site, const std::string& device, std::ptrdiff_t nth, const std::string& file) {
    ASSERT_TRUE(site.recorded("device up " + device, nth)) << device << " does not come back" << site.engine().output();
    std::ptrdiff_t count = 0;
    for (const auto& row : site.rows())
      if (row.at("kind").as_string() == "device" && row.at("reason").as_string() == "up" &&
          row.at("device").as_string() == device && ++count == nth)
        took_[device].push_back(
            static_cast<double>(std::stoll(std::string(row.at("at_ns").as_string())) - made_at(file)) / 1e6);
  }

  /// Prints how long it was. A second is meant for real machines; one that is emulated is some ten times slower, and
  /// stands still when its neighbour is busy, so it is held to more.
  void is_soon() {
    for (auto& [device, took] : took_) {
      std::ranges::sort(took);
      const auto at = [&](double part) { return took.at(static_cast<std::size_t>(part * double(took.size() - 1))); };
      std::printf("%s: %zu cycles, back at work after p50 %.0f ms, p99 %.0f ms, longest %.0f ms\n", device.c_str(),
                  took.size(), at(0.5), at(0.99), took.back());
      EXPECT_LT(at(0.5), 2000) << device;
      EXPECT_LT(took.back(), 5000) << device;
    }
  }

 private:
  std::map<std::string, std::vector<double>> took_;
};

}  // namespace gatepost::lab
