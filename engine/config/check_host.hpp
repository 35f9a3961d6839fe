// The Host of a plugin object that is built to see whether it can be.
#pragma once

#include <chrono>
#include <filesystem>
#include <gatepost/host.hpp>
#include <gatepost/support/file_watcher.hpp>
#include <utility>
#include <vector>

#include "config/boards.hpp"
#include "config/site.hpp"

namespace gatepost::config {

/// Makes nothing and records nothing. The alarms that an object begins while it is built are warnings of `check`: with
/// such a site file it would run, and tell of them.
class CheckHost final : public gatepost::detail::IdleHost {
 public:
  /// `folder`: the object's data folder, where a run has made one. Knows the boards that the catalogue's plugins drive.
  CheckHost(std::filesystem::path folder, const plugin::Catalogue& catalogue)
      : folder_(std::move(folder)), boards_(catalogue) {}

  void alarm_begins(std::string_view, const Error& error) override { alarms_.push_back(error); }
  Result<std::filesystem::path> data_folder() override {
    std::error_code none;
    if (std::filesystem::is_directory(folder_, none)) return folder_;
    return Error{"there is no data folder yet", folder_.string(), "it is made by the first run"};
  }
  Result<BoardPlugin> board(std::string_view scheme) override { return boards_.find(scheme); }
  Result<std::unique_ptr<FileWatch>> watch(WatchedFile file, FileReading read) override {
    const std::string name = file.file.filename().string();
    files_.push_back({file.file, changed(file.file), file.last_good_for});
    auto watch = support::read_once(*this, std::move(file), std::move(read));
    const auto summary = watch ? (*watch)->summary() : nullptr;
    const std::string text = summary ? summary(clock().wall()) : std::string();
    if (!text.empty()) told_ += (told_.empty() ? "" : "; ") + name + ": " + text;
    return watch;
  }

  void will_open(const DeviceNeed& need) override { needs_.push_back(need); }

  const std::vector<Error>& alarms() const { return alarms_; }
  const std::vector<DeviceNeed>& needs() const { return needs_; }
  /// "people.csv: 489 of 500 may pass now": what the files hold that it read.
  const std::string& told() const { return told_; }
  const std::vector<WatchedUse>& files() const { return files_; }

 private:
  static std::optional<WallTime> changed(const std::filesystem::path& file) {
    std::error_code failure;
    const auto time = std::filesystem::last_write_time(file, failure);
    if (failure) return {};
    return std::chrono::time_point_cast<Duration>(std::chrono::file_clock::to_sys(time));
  }

  const std::filesystem::path folder_;
  const Boards boards_;
  std::vector<Error> alarms_;
  std::vector<DeviceNeed> needs_;
  std::string told_;
  std::vector<WatchedUse> files_;
};

}  // namespace gatepost::config
