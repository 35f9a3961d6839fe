// What a running site says of itself, for whoever reads its log: events with fields, never a payload or a subject.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "config/site.hpp"
#include "observe/log_entry.hpp"
#include "observe/log_rate_limiter.hpp"
#include "runtime/observer.hpp"

namespace spdlog {
class logger;
namespace details {
class thread_pool;
}
}  // namespace spdlog

namespace gatepost::observe {

/// Written by a thread of its own, so that nobody waits for a full pipe: at most 256 entries wait, and the oldest make
/// room. Of one kind (event and lane) ten get through in ten seconds; the next that does says how many were `dropped`.
/// Thread-safe.
class Log final : public runtime::Observer {
 public:
  using Level = config::LogLevel;

  /// systemd's journal where it is what standard error leads to (JOURNAL_STREAM, systemd.exec(5)): then entries are
  /// sent to it with their fields. Else nothing.
  static std::optional<std::filesystem::path> journal_behind_standard_error();

  /// To `journal`, the journal's socket, or as logfmt to standard error. `clock` outlives it.
  Log(Level least, const std::optional<std::filesystem::path>& journal, const Clock& clock);
  /// Writes what waits, and how many were held back.
  ~Log() override;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void say(Level level, const LogEntry& entry);

  /// debug: each scan.
  void answered(const core::Answer& answer) override;
  /// error: alarms. warning: a device that went. info: one that came, a change. debug: passages.
  void prompted(const core::Answer& prompt) override;
  void recorded(const Record& record) override;
  /// A plugin object's own lines, under the event "plugin_" with its word.
  void logged(const runtime::LogLine& line) override;

 private:
  void write(Level level, const LogEntry& entry);

  const Level least_;
  const bool as_fields_;
  const Clock& clock_;
  std::mutex mutex_;
  LogRateLimiter limiter_;
  std::shared_ptr<spdlog::details::thread_pool> writer_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace gatepost::observe
