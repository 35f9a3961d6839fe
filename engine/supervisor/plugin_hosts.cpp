#include "supervisor/plugin_hosts.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <gatepost/support/file_watcher.hpp>
#include <mutex>
#include <utility>

#include "supervisor/device_claims.hpp"

namespace gatepost::supervisor {

struct PluginHosts::Desk {
  /// A watched file, known by the Desk as long as its object has it.
  class Listed;
  struct Alarm {
    const void* host;
    ActiveAlarm alarm;
    bool recorded = false;
  };

  Desk(runtime::Observer& tells, const Clock& time, Pseudonymizer names, std::filesystem::path data)
      : observer(tells), clock(time), pseudonymizer(std::move(names)), folder(std::move(data)) {}

  void record(const std::string& object, std::string reason, const Error& error) const {
    Record record{.kind = RecordKind::alarm,
                  .at = clock.now(),
                  .wall = clock.wall(),
                  .device = object,
                  .reason = std::move(reason)};
    if (!error.what.empty()) record.details["error"] = to_line(error);
    writer->post(std::move(record));
  }
  void end(const std::vector<Alarm>::iterator& alarm) {
    if (writer != nullptr && alarm->recorded) record(alarm->alarm.object, alarm->alarm.name + "_ended", {});
    alarms.erase(alarm);
  }

  runtime::Observer& observer;
  const Clock& clock;
  const Pseudonymizer pseudonymizer;
  const std::filesystem::path folder;
  std::mutex mutex{};  ///< of what follows; a post() within it does not block
  runtime::RecordWriter* writer = nullptr;
  std::vector<Alarm> alarms{};
  DeviceClaims claims{};
  std::vector<const Listed*> listed{};
  support::FileWatcher files{clock};
};

class PluginHosts::Desk::Listed final : public FileWatch {
 public:
  Listed(std::shared_ptr<Desk> desk, std::string object, std::string file, std::unique_ptr<FileWatch> watch)
      : object_(std::move(object)), file_(std::move(file)), watch_(std::move(watch)), desk_(std::move(desk)) {
    const std::scoped_lock lock(desk_->mutex);
    desk_->listed.push_back(this);
  }
  ~Listed() override {
    const std::scoped_lock lock(desk_->mutex);
    std::erase(desk_->listed, this);
  }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;
  Now now() const override { return watch_->now(); }
  FileSummary summary() const override { return watch_->summary(); }
  const std::string& object() const { return object_; }
  const std::string& file() const { return file_; }

 private:
  const std::string object_, file_;
  const std::unique_ptr<FileWatch> watch_;
  const std::shared_ptr<Desk> desk_;
};

class PluginHosts::ObjectHost final : public Host, public std::enable_shared_from_this<ObjectHost> {
 public:
  ObjectHost(std::shared_ptr<Desk> desk, std::string name, std::shared_ptr<Host> boards, config::Redaction redaction)
      : desk_(std::move(desk)), name_(std::move(name)), boards_(std::move(boards)), redaction_(std::move(redaction)) {}
  ~ObjectHost() override {
    const std::scoped_lock lock(desk_->mutex);
    claims_.clear();
    while (true) {
      const auto mine = std::ranges::find(desk_->alarms, this, &Desk::Alarm::host);
      if (mine == desk_->alarms.end()) return;
      desk_->end(mine);
    }
  }
  ObjectHost(const ObjectHost&) = delete;
  ObjectHost& operator=(const ObjectHost&) = delete;

  void log(Severity severity, std::string_view event, std::string_view text) override {
    desk_->observer.logged({severity, name_, std::string(event), redaction_(std::string(text))});
  }

  void alarm_begins(std::string_view name, const Error& said) override {
    const Error error = redaction_(said);
    const std::scoped_lock lock(desk_->mutex);
    if (find(name) != desk_->alarms.end()) return;
    desk_->alarms.push_back({this, {name_, std::string(name), error, desk_->clock.now()}, desk_->writer != nullptr});
    if (desk_->writer != nullptr) desk_->record(name_, std::string(name), error);
  }

  void alarm_ends(std::string_view name) override {
    const std::scoped_lock lock(desk_->mutex);
    const auto found = find(name);
    if (found != desk_->alarms.end()) desk_->end(found);
  }

  // Of what one alone can have open, whoever comes second is told by the device.
  void will_open(const DeviceNeed& need) override {
    if (need.alone) return;
    std::unique_lock lock(desk_->mutex);
    auto claim = desk_->claims.claim(need.device);
    if (claim) return claims_.push_back(std::move(*claim));
    lock.unlock();
    alarm_begins("device_shared", claim.error());
  }

  const Clock& clock() const override { return desk_->clock; }

  Result<std::filesystem::path> data_folder() override {
    const auto mine = desk_->folder / name_;
    for (const auto& folder : {desk_->folder, mine})
      if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return Error{std::string("cannot be made: ") + std::strerror(errno), folder.string(),
                     "let the engine's user write into the journal's folder"};
    return mine;
  }

  std::string pseudonym(std::string_view subject) const override { return desk_->pseudonymizer(subject); }

  Result<BoardPlugin> board(std::string_view scheme) override { return boards_->board(scheme); }

  Result<std::unique_ptr<FileWatch>> watch(WatchedFile file, FileReading read) override {
    std::string name = file.file.filename().string();
    auto watch = desk_->files.watch(shared_from_this(), std::move(file), std::move(read));
    if (!watch) return watch;
    return std::unique_ptr<FileWatch>(new Desk::Listed(desk_, name_, std::move(name), std::move(*watch)));
  }

 private:
  std::vector<Desk::Alarm>::iterator find(std::string_view name) const {
    return std::ranges::find_if(desk_->alarms,
                                [&](const auto& one) { return one.host == this && one.alarm.name == name; });
  }

  const std::shared_ptr<Desk> desk_;
  const std::string name_;
  const std::shared_ptr<Host> boards_;
  const config::Redaction redaction_;
  std::vector<DeviceClaims::Claim> claims_;
};

PluginHosts::PluginHosts(runtime::Observer& observer, const Clock& clock, Pseudonymizer pseudonymizer,
                         std::filesystem::path folder)
    : desk_(std::make_shared<Desk>(observer, clock, std::move(pseudonymizer), std::move(folder))) {}

std::shared_ptr<Host> PluginHosts::host(const std::string& name, std::shared_ptr<Host> boards,
                                        config::Redaction redaction) const {
  return std::make_shared<ObjectHost>(desk_, name, std::move(boards), std::move(redaction));
}

void PluginHosts::open(runtime::RecordWriter& writer) const {
  const std::scoped_lock lock(desk_->mutex);
  desk_->writer = &writer;
  for (auto& [host, alarm, recorded] : desk_->alarms)
    if (!std::exchange(recorded, true)) desk_->record(alarm.object, alarm.name, alarm.error);
}

void PluginHosts::close() const {
  const std::scoped_lock lock(desk_->mutex);
  desk_->writer = nullptr;
}

// The plugin's code is asked outside the lock: what it does holds nobody else up.
std::vector<WatchedContent> PluginHosts::contents() const {
  std::vector<std::pair<WatchedContent, std::function<std::string(WallTime)>>> all;
  {
    const std::scoped_lock lock(desk_->mutex);
    for (const auto* one : desk_->listed)
      if (auto summary = one->summary()) all.push_back({{one->object(), one->file(), {}}, summary});
  }
  std::vector<WatchedContent> told;
  for (auto& [content, summary] : all) {
    content.text = summary(desk_->clock.wall());
    if (!content.text.empty()) told.push_back(std::move(content));
  }
  return told;
}

std::vector<ActiveAlarm> PluginHosts::alarms() const {
  const std::scoped_lock lock(desk_->mutex);
  std::vector<ActiveAlarm> all;
  for (const auto& one : desk_->alarms) all.push_back(one.alarm);
  return all;
}

}  // namespace gatepost::supervisor
