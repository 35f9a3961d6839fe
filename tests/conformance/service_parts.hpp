// A site as a service sees it, where there is none.
#pragma once

#include <gatepost/descriptor.hpp>
#include <mutex>
#include <set>
#include <string>

namespace gatepost::conformance {

/// Answers what a site could, or nothing any more; keeps what it was asked.
class StandInSite final : public ServiceHost {
 public:
  explicit StandInSite(bool has_ended = false) : has_ended_(has_ended) {}

  void log(Severity, std::string_view, std::string_view) override {}
  void alarm_begins(std::string_view, const Error&) override {}
  void alarm_ends(std::string_view) override {}
  const Clock& clock() const override { return clock_; }
  Result<std::filesystem::path> data_folder() override { return std::filesystem::temp_directory_path(); }
  std::string pseudonym(std::string_view subject) const override { return std::string(subject); }
  Result<std::unique_ptr<FileWatch>> watch(WatchedFile file, FileReading read) override {
    return gatepost::detail::FileReadOnce::read(file, read);
  }
  void is_alive() override {}

  Result<std::string> ask(std::string_view verb, std::string_view request) override;
  Result<void> follow(std::string_view verb, std::string_view request, const std::stop_token& stop,
                      const std::function<bool(std::string_view)>& line) override;

  std::set<std::string> asked() const {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  void note(std::string_view verb) {
    const std::scoped_lock lock(mutex_);
    asked_.emplace(verb);
  }

  const bool has_ended_;
  const SystemClock clock_;
  mutable std::mutex mutex_;
  std::set<std::string> asked_;
};

}  // namespace gatepost::conformance
