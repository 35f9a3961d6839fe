// What a service asks of its site, by the engine's sockets.
#pragma once

#include <filesystem>
#include <gatepost/service.hpp>
#include <gatepost/support/file_watcher.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/client.hpp"
#include "service/engine_link.hpp"

namespace gatepost::service {

class RemoteHost final : public ServiceHost, public std::enable_shared_from_this<RemoteHost> {
 public:
  /// `socket`: of the API, `data`: the folder; both empty where the service is only built to be checked. `link`
  /// outlives it.
  RemoteHost(std::filesystem::path socket, std::filesystem::path data, EngineLink& link)
      : socket_(std::move(socket)), data_(std::move(data)), link_(link) {}

  void log(Severity severity, std::string_view event, std::string_view text) override;
  void alarm_begins(std::string_view name, const Error& error) override;
  void alarm_ends(std::string_view name) override;
  const Clock& clock() const override { return clock_; }
  Result<std::filesystem::path> data_folder() override;
  std::string pseudonym(std::string_view subject) const override;
  Result<std::unique_ptr<FileWatch>> watch(WatchedFile file, FileReading read) override;

  Result<std::string> ask(std::string_view verb, std::string_view request) override;
  Result<void> follow(std::string_view verb, std::string_view request, const std::stop_token& stop,
                      const std::function<bool(std::string_view)>& line) override;
  void is_alive() override { link_.say_alive(); }

 private:
  Result<api::Client> connection() const;

  const std::filesystem::path socket_, data_;
  EngineLink& link_;
  const SystemClock clock_;
  mutable std::mutex mutex_;
  mutable std::vector<api::Client> idle_;  ///< connections that nobody asks by now
  support::FileWatcher files_{clock_};
};

}  // namespace gatepost::service
