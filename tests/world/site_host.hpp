// The Host of an object of a site that runs: what it tells is kept, its files are watched, and the test owns the time.
#pragma once

#include <chrono>
#include <filesystem>
#include <gatepost/host.hpp>
#include <gatepost/support/file_watcher.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "world/fake_clock.hpp"

namespace gatepost::world {

/// Owned by a shared_ptr. Its wall clock shows the real time of its making.
class SiteHost final : public Host, public std::enable_shared_from_this<SiteHost> {
 public:
  /// `folder`: where the data folder is to be, empty: there can be none.
  explicit SiteHost(std::filesystem::path folder) : folder_(std::move(folder)) {
    time.set(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
  }
  void log(Severity, std::string_view, std::string_view) override {}
  void alarm_begins(std::string_view name, const Error& error) override {
    const std::scoped_lock lock(mutex_);
    alarms_.emplace(name, error.what);
  }
  void alarm_ends(std::string_view name) override {
    const std::scoped_lock lock(mutex_);
    alarms_.erase(std::string(name));
  }
  const Clock& clock() const override { return time; }
  Result<std::filesystem::path> data_folder() override {
    std::error_code failure;
    std::filesystem::create_directories(folder_, failure);
    if (folder_.empty() || failure) return Error{"there is no data folder", folder_.string(), "make one"};
    return folder_;
  }
  std::string pseudonym(std::string_view subject) const override { return std::string(subject); }
  Result<std::unique_ptr<FileWatch>> watch(WatchedFile file, FileReading read) override {
    return files_.watch(shared_from_this(), std::move(file), std::move(read));
  }

  void pass(Duration length) {
    time.pass(length);
    files_.wake();
  }
  /// What is told of it; empty: it does not last.
  std::string alarm(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    const auto found = alarms_.find(name);
    return found == alarms_.end() ? std::string() : found->second;
  }

  FakeClock time;

 private:
  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> alarms_;
  support::FileWatcher files_{time};
};

/// Whether it comes true within 10 s.
template <class Condition>
bool comes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace gatepost::world
