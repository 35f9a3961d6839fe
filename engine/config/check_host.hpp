// The Host of a plugin object that is built to see whether it can be.
#pragma once

#include <filesystem>
#include <gatepost/host.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gatepost::config {

/// Makes nothing and records nothing. The alarms that an object begins while it is built are warnings of `check`: with
/// such a site file it would run, and tell of them.
class CheckHost final : public Host {
 public:
  /// `folder`: the object's data folder, where a run has made one. `boards`: knows the boards that plugins drive.
  CheckHost(std::filesystem::path folder, std::shared_ptr<Host> boards)
      : folder_(std::move(folder)), boards_(std::move(boards)) {}

  void log(gatepost::Severity, std::string_view, std::string_view) override {}
  void alarm_begins(std::string_view, const Error& error) override { alarms_.push_back(error); }
  void alarm_ends(std::string_view) override {}
  const Clock& clock() const override { return clock_; }
  Result<std::filesystem::path> data_folder() override {
    std::error_code none;
    if (std::filesystem::is_directory(folder_, none)) return folder_;
    return Error{"there is no data folder yet", folder_.string(), "it is made by the first run"};
  }
  std::string pseudonym(std::string_view subject) const override { return std::string(subject); }

  Result<BoardPlugin> board(std::string_view scheme) override { return boards_->board(scheme); }

  const std::vector<Error>& alarms() const { return alarms_; }

 private:
  const std::filesystem::path folder_;
  const std::shared_ptr<Host> boards_;
  SystemClock clock_;
  std::vector<Error> alarms_;
};

}  // namespace gatepost::config
