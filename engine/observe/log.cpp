#include "observe/log.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "observe/journal_socket.hpp"

namespace gatepost::observe {
namespace {

constexpr std::size_t most_waiting = 256;
constexpr const char* journal_socket = "/run/systemd/journal/socket";

spdlog::level::level_enum level_of(Log::Level level) {
  switch (level) {
    case Log::Level::debug:
      return spdlog::level::debug;
    case Log::Level::info:
      return spdlog::level::info;
    case Log::Level::warning:
      return spdlog::level::warn;
    case Log::Level::error:
      return spdlog::level::err;
    case Log::Level::off:
      break;
  }
  return spdlog::level::off;
}

// syslog(3)'s numbers, which are the journal's too.
int priority_of(spdlog::level::level_enum level) {
  if (level >= spdlog::level::err) return 3;
  if (level == spdlog::level::warn) return 4;
  return level == spdlog::level::info ? 6 : 7;
}

/// Entries are handed to it as the journal's fields already.
class JournalSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit JournalSink(const std::filesystem::path& socket) : journal_(socket) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    std::string fields = "PRIORITY=" + std::to_string(priority_of(message.level)) + "\nSYSLOG_IDENTIFIER=gatepost\n";
    fields.append(message.payload.data(), message.payload.size());
    if (journal_.send(fields)) return;
    // What leads to the journal as lines may still do so when its socket does not.
    const auto end = fields.find("\nGATEPOST_EVENT=");
    const std::string line = fields.substr(fields.find("MESSAGE="), end - fields.find("MESSAGE=")) + "\n";
    static_cast<void>(::write(STDERR_FILENO, line.data(), line.size()) > 0);
  }
  void flush_() override {}

  JournalSocket journal_;
};

spdlog::sink_ptr sink_to(const std::optional<std::filesystem::path>& journal) {
  if (journal) return std::make_shared<JournalSink>(*journal);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_pattern("ts=%Y-%m-%dT%H:%M:%S.%e%z level=%l %v");
  return sink;
}

}  // namespace

std::optional<std::filesystem::path> Log::journal_behind_standard_error() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat mine {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &mine) != 0) return {};
  if (std::to_string(mine.st_dev) + ":" + std::to_string(mine.st_ino) != stream) return {};
  return journal_socket;
}

Log::Log(Level least, const std::optional<std::filesystem::path>& journal, const Clock& clock)
    : least_(least), as_fields_(journal.has_value()), clock_(clock) {
  if (least_ == Level::off) return;
  writer_ = std::make_shared<spdlog::details::thread_pool>(most_waiting, 1);
  logger_ = std::make_shared<spdlog::async_logger>("gatepost", sink_to(journal), writer_,
                                                   spdlog::async_overflow_policy::overrun_oldest);
  logger_->set_level(level_of(least_));
}

Log::~Log() {
  if (!logger_) return;
  const std::scoped_lock lock(mutex_);
  for (const auto& [kind, count] : limiter_.take_held())
    write(Level::warning, {"log_dropped", {{"kind", kind}, {"dropped", std::to_string(count)}}});
  writer_.reset();  // writes what waits, and ends its thread
  logger_.reset();  // last, so that its socket is closed by nobody but this thread
}

void Log::say(Level level, const LogEntry& entry) {
  if (level < least_ || !logger_) return;
  std::string kind = entry.event;
  for (const auto& [key, value] : entry.fields)
    if (key == "lane") kind += " " + value;
  const std::scoped_lock lock(mutex_);
  const auto held = limiter_.admit(kind, clock_.now());
  if (!held) return;
  if (*held == 0) return write(level, entry);
  LogEntry with_count = entry;
  with_count.fields.emplace_back("dropped", std::to_string(*held));
  write(level, with_count);
}

void Log::write(Level level, const LogEntry& entry) {
  logger_->log(level_of(level), as_fields_ ? to_journal_fields(entry) : to_logfmt(entry));
}

void Log::answered(const core::Answer& answer) {
  if (least_ > Level::debug) return;
  LogEntry entry{"scan",
                 {{"lane", std::string(answer.lane)},
                  {"direction", std::string(to_word(answer.direction))},
                  {"device", answer.device},
                  {"outcome", std::string(to_word(answer.verdict.outcome))},
                  {"reason", answer.verdict.reason},
                  {"record", std::to_string(answer.record.sequence)}}};
  if (answer.repeated) entry.fields.emplace_back("repeated", "true");
  if (answer.trouble) entry.fields.emplace_back("trouble", to_line(*answer.trouble));
  say(Level::debug, entry);
}

void Log::prompted(const core::Answer& prompt) {
  say(Level::debug, {"prompt", {{"lane", prompt.lane}, {"device", prompt.device}, {"reason", prompt.verdict.reason}}});
}

void Log::logged(const runtime::LogLine& line) {
  constexpr std::array levels{Level::debug, Level::info, Level::warning, Level::error};
  say(levels.at(static_cast<std::size_t>(line.severity)),
      {"plugin_" + line.event, {{"object", line.object}, {"text", line.text}}});
}

void Log::recorded(const Record& record) {
  LogEntry entry{record.reason, {}};
  Level level = Level::info;
  if (record.kind == RecordKind::alarm) level = Level::error;
  if (record.kind == RecordKind::passage) level = Level::debug;
  if (record.kind == RecordKind::device) {
    entry.event = "device_" + record.reason;
    if (record.reason == "down") level = Level::warning;
  } else if (record.kind == RecordKind::passage) {
    entry.event = "passage_" + record.reason;
  }
  if (level < least_) return;
  if (!record.lane.empty()) entry.fields.emplace_back("lane", record.lane);
  if (!record.device.empty()) entry.fields.emplace_back("device", record.device);
  entry.fields.emplace_back("record", std::to_string(record.id.sequence));
  if (record.about != 0) entry.fields.emplace_back("about", std::to_string(record.about));
  for (const auto& [key, value] : record.details) entry.fields.emplace_back(key, value);
  say(level, entry);
}

}  // namespace gatepost::observe
