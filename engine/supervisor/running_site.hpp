// A site at work: everything that its file names, started, kept going, exchanged and stopped.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "config/difference.hpp"
#include "config/site.hpp"
#include "journal/journal.hpp"
#include "plugin/catalogue.hpp"
#include "runtime/fire_alarm.hpp"
#include "runtime/lane.hpp"
#include "runtime/lookup.hpp"
#include "runtime/output.hpp"
#include "runtime/policy_replay.hpp"
#include "supervisor/clock_watch.hpp"
#include "supervisor/equipment.hpp"
#include "supervisor/hotplug_monitor.hpp"
#include "supervisor/input_runner.hpp"
#include "supervisor/journal_writer.hpp"
#include "supervisor/plugin_hosts.hpp"

namespace gatepost::supervisor {

class RunningSite {
 public:
  /// Catalogue, observer and clock outlive the site; the observer must not block. An Error where it cannot run at all:
  /// a plugin object that cannot be built, a journal that cannot be opened. Absent devices are no error. Returns when
  /// every gate is at rest and every input open, or has said why it is not, or after five seconds.
  static Result<std::unique_ptr<RunningSite>> start(const config::Site& site, const plugin::Catalogue& catalogue,
                                                    runtime::Observer& observer, const Clock& clock);

  /// Stops what is not stopped yet, and waits for it however long it takes; call stop() before.
  ~RunningSite();

  /// Makes it the site that `next` describes, and tells what that changed; or changes nothing and tells why: `next` may
  /// be the reason why there is none. Either is a Record. README.md has the steps. Takes as long as devices need to
  /// open. Asking `stop` ends it early, as an Error. One at a time, from any thread; not while stop() is under way.
  Result<config::Difference> reload(const Result<config::Site>& next, const std::stop_token& stop);

  /// Inputs first, then lanes with their gates at rest, then outputs, then the journal. True when all had stopped
  /// within `patience`; false when a plugin hung: then nothing of this site may be destroyed, and the process should
  /// end.
  bool stop(Duration patience);
  /// After a stop() that said false: what does not stop, for people: "input gun (plugin serial)", "output centre".
  std::vector<std::string> lingering() const;
  /// After stop(): gates that could not be brought to rest, for people: "gate door of lane main: no answer".
  std::vector<std::string> not_at_rest() const;

  // Safe from any thread, also while reload() is under way.
  std::vector<runtime::Progress> progress() const;

  /// How everything is now. Not after stop().
  struct Vitals {
    struct OfLane {
      std::string name;
      runtime::Lane::Vitals now;
    };
    std::vector<OfLane> lanes;
    std::vector<InputRunner::Vitals> inputs;
    std::vector<runtime::Progress> outputs;
    RecordId last{};            ///< of the newest durable Record
    std::uint64_t commits = 0;  ///< of the journal, since the start
    bool writing = false;       ///< somebody is writing the journal now
  };
  Vitals vitals() const;
  /// What an input gave since it was opened, or in the run before; nothing where there is no such input.
  std::optional<FlightRecorder::Run> tape(const std::string& input, bool before) const;
  /// Has outputs' dead letters sent again, or drops them; how many.
  Result<std::uint64_t> letters(journal::DeadLetterAction action, const journal::Choice& choice);
  /// Erases people from the journal, by what Records carry of them. Outputs learn of it from the Records that tell so.
  Result<journal::Journal::Erased> erase(const std::vector<std::string>& subjects);
  /// A device has come or gone: those that are waited for are tried at once, and gates see to their boards. Called by
  /// the site itself when the kernel tells.
  void look_for_devices();
  std::size_t lanes() const;
  /// Sequence of the newest Record on disk. Not after stop().
  std::uint64_t last() const { return journal_->last(); }
  /// The Host of a service, which opens no boards; others have theirs from their Equipment.
  std::shared_ptr<Host> host(const config::PluginUse& service) const {
    return hosts_->host(service.instance.name, idle_host(), config::Redaction(service));
  }
  /// Alarms of plugin objects that last.
  std::vector<ActiveAlarm> alarms() const { return hosts_->alarms(); }
  std::vector<WatchedContent> contents() const { return hosts_->contents(); }
  /// What Records carry for this subject.
  std::string pseudonym(const std::string& subject) const { return writer_->subject_key(subject); }
  /// What the lane would answer to the code now; nothing is recorded, moved, reserved or learned. Calls plugins on this
  /// thread; an Error where the lane is not known, or one of its plugins does not answer at present.
  Result<runtime::Lookup> look_up(const runtime::LookupQuery& query);
  /// `news` is called after each commit, from whichever thread; it must be over at once. Once, before anybody scans.
  void when_durable(std::function<void()> news);
  /// As it was started or last reloaded.
  std::shared_ptr<const config::Site> site() const;

 private:
  friend class Reload;

  RunningSite(runtime::Observer& observer, const Clock& clock) : observer_(observer), clock_(clock) {}

  Result<void> build(const config::Site& site, const plugin::Catalogue& catalogue);
  Result<void> open_journal(const config::Site& site, Pseudonymizer pseudonymizer);
  Result<void> start_outputs(const std::vector<config::PluginUse>& outputs);
  Result<void> start_inputs(const std::vector<config::Lane>& lanes);
  void attach_inputs(const std::vector<config::Lane>& lanes);
  void wait_for_alarm_contacts();
  std::unique_ptr<runtime::Output> start_output(const std::string& name, std::unique_ptr<Sink> sink);
  std::unique_ptr<runtime::Lane> start_lane(const config::Lane& settings, const Equipment& equipment);
  runtime::Parts desk();
  runtime::Lane& lane(const std::string& name) const;
  void durable(const Record& record);
  void note_refused(const plugin::Catalogue& catalogue);
  void note_change(std::string reason, const std::map<std::string, std::string>& details = {});
  void note_alarm(std::string reason, const Error& error);
  void wind_up();
  void listen_for_devices();
  std::unique_ptr<InputRunner> start_input(const config::PluginUse& use, std::unique_ptr<Input> input);
  void sound(const std::string& device, bool on);
  void watch_over_lanes();
  void wait_until_settled();
  void stop_inputs();
  void stop_lanes();
  void note_lingering(const std::string& who);
  void note_not_at_rest(const runtime::Lane& lane);

  runtime::Observer& observer_;
  const Clock& clock_;
  runtime::Watchdog watchdog_{clock_};
  std::optional<PluginHosts> hosts_;  // before what plugins are part of
  runtime::PolicyReplay policy_replay_;
  std::unique_ptr<journal::Journal> journal_;
  std::optional<ClockWatch> clock_watch_;  // after the journal: it is told of the clock
  std::unique_ptr<JournalWriter> writer_;
  std::unique_ptr<runtime::NetworkMonitor> network_monitor_;

  mutable std::mutex mutex_;  ///< of what reload() exchanges while others look
  Equipment equipment_;
  std::vector<std::unique_ptr<runtime::Output>> outputs_;
  std::vector<std::unique_ptr<runtime::Lane>> lanes_;
  std::vector<std::unique_ptr<InputRunner>> runners_;
  mutable std::mutex farewell_;  ///< of outputs_ and lingering_ while the site stops

  // What was taken out, by a reload or at the end, and does not stop.
  std::vector<std::unique_ptr<runtime::Output>> stuck_outputs_;
  std::vector<std::unique_ptr<InputRunner>> stuck_runners_;
  std::vector<std::unique_ptr<runtime::Lane>> stuck_lanes_;
  std::vector<std::string> lingering_;  ///< inputs, and what holds lanes
  std::vector<std::string> not_at_rest_;

  std::optional<HotplugMonitor> hotplug_;

  runtime::FireAlarm fire_alarm_;

  std::mutex reloading_;
  std::atomic<bool> wound_up_ = false;
  std::atomic<const std::function<void()>*> news_ = nullptr;
  std::function<void()> news_of_records_;
};

}  // namespace gatepost::supervisor
