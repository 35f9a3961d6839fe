// A site of plugins that are part of the test: guns that are scanned with by a call, gates that say what they do.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <gatepost/descriptor.hpp>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "plugin/catalogue.hpp"
#include "supervisor/running_site.hpp"
#include "world/scratch.hpp"

namespace gatepost::workbench {

/// The world outside the engine. Each device can be open once at a time, as a serial port is.
class Outside {
 public:
  struct Device {
    bool absent = false;  ///< does not open
    bool is_open = false;
    int opened = 0;   ///< how often
    int objects = 0;  ///< of gates: how many objects were made
    std::deque<std::string> codes{};
  };

  void scan(const std::string& device, const std::string& code);
  void make_absent(const std::string& device, bool absent = true);
  Device look(const std::string& device);
  bool waits_until(const std::function<bool()>& holds);

  std::mutex mutex;
  std::condition_variable_any changed;
  std::map<std::string, Device> devices;
  std::map<std::string, std::vector<RecordId>> learned;    ///< by a policy's mark
  std::map<std::string, std::vector<RecordId>> delivered;  ///< by a store's shelf
  std::vector<std::string> gates;                          ///< "rest ADDRESS", "release ADDRESS", in order
  std::set<std::string> people_inside;                     ///< addresses of gates whose passage lasts
  int decisions = 0;                                       ///< asked for
  bool policy_holds = false;                               ///< decide() does not return
  bool sink_holds = false;                                 ///< deliver() returns only when this is false again
  bool sink_is_held = false;                               ///< a deliver() waits for that
};
Outside& outside();

/// gun (input): device. letters (credential): first. listener (policy, learns): mark. gate (actuator): device.
/// shelf (sink): shelf.
const plugin::Catalogue& catalogue();

class Listener final : public runtime::Observer {
 public:
  void answered(const core::Answer& answer) override;
  void recorded(const Record& record) override;
  /// Waits for the answer to that code; its reason.
  std::string answer_to(const std::string& subject);
  bool hears(RecordKind kind, const std::string& reason);
  Record last(const std::string& reason);
  std::vector<Record> records();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> reasons_;
  std::vector<Record> records_;
};

/// A running site of lanes "left" (gun at gun:1, gate at gate:1) and "right" (gun at gun:2).
class Site {
 public:
  explicit Site(const std::function<void(config::Site&)>& change = [](config::Site&) {});
  ~Site();

  config::Site settings;  ///< what is reloaded
  Listener listener;
  supervisor::RunningSite& running() { return *running_; }
  Result<config::Difference> reload();
  /// Scans and waits; the answer's reason.
  std::string scan(const std::string& device, const std::string& code);
  config::PluginUse& device(const std::string& name);
  std::filesystem::path journal() const { return settings.journal.file; }

 private:
  world::Scratch disk_;
  SystemClock clock_;
  std::unique_ptr<supervisor::RunningSite> running_;
};

config::PluginUse use(const std::string& plugin, const std::string& name, const std::string& value);

}  // namespace gatepost::workbench
