#include "supervisor/running_site.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <random>
#include <thread>

#include "journal/high_water_mark.hpp"
#include "supervisor/last_run.hpp"
#include "supervisor/reload.hpp"

namespace gatepost::supervisor {
namespace {

using namespace std::chrono_literals;

// Of the 3 s that a whole site has: what an Input has to stop in, and what a scan under way and a passage may still
// take.
constexpr Duration input_patience = 1s;
constexpr Duration stop_patience = 1300ms;
constexpr Duration ready_patience = 5s;
constexpr Duration contact_patience = 1s;  // of it: gates come to rest later by that where a contact does not answer

}  // namespace

Result<std::unique_ptr<RunningSite>> RunningSite::start(const config::Site& site, const plugin::Catalogue& catalogue,
                                                        runtime::Observer& observer, const Clock& clock) {
  std::unique_ptr<RunningSite> running(new RunningSite(observer, clock));
  if (auto built = running->build(site, catalogue); !built) return built.error();
  return running;
}

Result<void> RunningSite::build(const config::Site& site, const plugin::Catalogue& catalogue) {
  auto pseudonymizer = Pseudonymizer::make(site.journal);
  if (!pseudonymizer) return pseudonymizer.error();
  hosts_.emplace(observer_, clock_, *pseudonymizer, config::plugin_data_of(site.journal));
  auto equipment = Equipment::build(std::make_shared<const config::Site>(site), {}, *hosts_);
  if (!equipment) return equipment.error();
  equipment_ = std::move(*equipment);
  if (auto opened = open_journal(site, std::move(*pseudonymizer)); !opened) return opened.error();
  runtime::PolicyReplay::Policies rules;
  for (const auto& [name, rule] : equipment_.rules) rules.push_back(rule);
  if (auto taught = policy_replay_.enrol(rules, journal_->file(), clock_.wall()); !taught) return taught.error();
  if (auto started = start_outputs(site.outputs); !started) return started.error();
  note_change("started", since_last_run(*journal_, clock_));
  note_refused(catalogue);
  if (auto started = start_inputs(site.lanes); !started) return started.error();
  wait_for_alarm_contacts();
  for (const auto& lane : site.lanes) lanes_.push_back(start_lane(lane, equipment_));
  attach_inputs(site.lanes);
  watch_over_lanes();
  listen_for_devices();
  wait_until_settled();
  return {};
}

// A gate that an alarm has opened is not shut until somebody knows that the alarm is over. What cannot be asked by then
// is told as lost.
void RunningSite::wait_for_alarm_contacts() {
  const auto end = std::chrono::steady_clock::now() + contact_patience;
  for (const auto& runner : runners_)
    if (runner->tells_of_alarms())
      static_cast<void>(runner->opens(std::max<Duration>(end - std::chrono::steady_clock::now(), 0s), {}));
}

// Whoever is told that the site is ready may scan at once.
void RunningSite::wait_until_settled() {
  const auto end = std::chrono::steady_clock::now() + ready_patience;
  const auto left = [&] { return std::max<Duration>(end - std::chrono::steady_clock::now(), 0s); };
  for (const auto& lane : lanes_) lane->settles(left());
  for (const auto& runner : runners_) static_cast<void>(runner->opens(left(), {}));
}

Result<void> RunningSite::open_journal(const config::Site& site, Pseudonymizer pseudonymizer) {
  journal::Options options{.file = site.journal.file,
                           .site = site.checkpoint.code,
                           .keep = site.journal.keep,
                           .max_size = site.journal.max_size.bytes,
                           .clock = &clock_,
                           .marks = journal::marks_folder(),
                           .forget = site.journal.forget_after};
  for (const auto& use : site.outputs) options.readers.push_back(use.instance.name);
  // Told when it arose, not only once there is a disk again to keep it.
  options.alarm = [this](const Record& alarm) { observer_.recorded(alarm); };
  options.durable = [this](const Record& record) { durable(record); };
  auto journal = journal::Journal::open(std::move(options));
  if (!journal) return journal.error();
  journal_ = std::move(*journal);
  clock_watch_.emplace([this] {
    journal_->clock_was_set();
    const std::scoped_lock lock(mutex_);
    for (const auto& lane : lanes_) lane->look_at_the_clock();  // the kernel tells so after a sleep, too
  });
  writer_ = std::make_unique<JournalWriter>(*journal_, std::move(pseudonymizer));
  hosts_->open(*writer_);
  return {};
}

Result<void> RunningSite::start_outputs(const std::vector<config::PluginUse>& outputs) {
  for (const auto& use : outputs) {
    auto sink = build_sink(use, *hosts_);
    if (!sink) return sink.error();
    outputs_.push_back(start_output(use.instance.name, std::move(*sink)));
  }
  return {};
}

std::unique_ptr<runtime::Output> RunningSite::start_output(const std::string& name, std::unique_ptr<Sink> sink) {
  if (!network_monitor_) network_monitor_ = std::make_unique<runtime::NetworkMonitor>();
  return std::make_unique<runtime::Output>(
      core::OutputSettings{.name = name, .site = site()->checkpoint.code, .seed = std::random_device{}()},
      std::move(sink), runtime::Output::Surroundings{*journal_, clock_, watchdog_, network_monitor_.get()});
}

runtime::Parts RunningSite::desk() {
  return {.writer = writer_.get(),
          .observer = &observer_,
          .clock = &clock_,
          .watchdog = &watchdog_,
          .alarm = fire_alarm_.sounds()};
}

std::unique_ptr<runtime::Lane> RunningSite::start_lane(const config::Lane& settings, const Equipment& equipment) {
  return std::make_unique<runtime::Lane>(settings, equipment.parts_of(settings, desk()));
}

Result<void> RunningSite::start_inputs(const std::vector<config::Lane>& lanes) {
  for (const auto& settings : lanes) {
    for (const auto& [device, ignored] : settings.inputs) {
      const auto& use = *find_use(equipment_.site->devices, device);
      auto input = build_input(use, *hosts_);
      if (!input) return input.error();
      runners_.push_back(start_input(use, std::move(*input)));
    }
  }
  return {};
}

// In the order in which they were started.
void RunningSite::attach_inputs(const std::vector<config::Lane>& lanes) {
  auto runner = runners_.begin();
  for (const auto& settings : lanes)
    for (const auto& input : settings.inputs) (*runner++)->attach(lane(settings.name), input.direction);
}

void RunningSite::listen_for_devices() {
  auto listening = HotplugMonitor::listen([this] { look_for_devices(); });
  if (listening)
    hotplug_.emplace(std::move(*listening));
  else
    note_alarm("no_device_news", listening.error());
}

// Of a site whose Records name nobody, the flight recorder does not either.
std::unique_ptr<InputRunner> RunningSite::start_input(const config::PluginUse& use, std::unique_ptr<Input> input) {
  const Keep keep = site()->journal.subjects == config::Privacy::clear ? Keep::all : Keep::shape;
  const auto no_scans = config::NoScans::parse(use.input.ignore);  // checked already
  return std::make_unique<InputRunner>(
      use.instance.name, std::move(input), *writer_, clock_,
      [this](const std::string& name, bool on) { sound(name, on); }, keep, Patience{},
      no_scans ? *no_scans : config::NoScans());
}

// The gates first; the alarm's Record is on its way and is not waited for: a fire does not wait for a disk.
void RunningSite::sound(const std::string& device, bool on) {
  if (!fire_alarm_.sound(device, on)) return;
  Record record{.kind = RecordKind::alarm, .at = clock_.now(), .wall = clock_.wall()};
  record.device = device;
  record.reason = on ? "alarm" : "all_clear";
  writer_->post(std::move(record));
}

// Also lanes that are new, or newly marked.
void RunningSite::watch_over_lanes() {
  std::vector<runtime::Lane*> lanes;
  const std::scoped_lock lock(mutex_);
  for (const auto& lane : lanes_) lanes.push_back(lane.get());
  fire_alarm_.watch_over(std::move(lanes));
  fire_alarm_.forget_all_but([&](const auto& device) { return find_use(equipment_.site->devices, device) != nullptr; });
}

void RunningSite::look_for_devices() {
  const std::scoped_lock lock(mutex_);
  for (const auto& runner : runners_) runner->try_now();
  for (const auto& lane : lanes_) lane->look_at_gate();
}

runtime::Lane& RunningSite::lane(const std::string& name) const {
  return **std::ranges::find_if(lanes_, [&](const auto& lane) { return lane->name() == name; });
}

Result<config::Difference> RunningSite::reload(const Result<config::Site>& next, const std::stop_token& stop) {
  const std::scoped_lock one_at_a_time(reloading_);
  Result<config::Difference> done =
      next ? Reload(*this, std::make_shared<const config::Site>(*next), stop).run() : next.error();
  if (!done) note_alarm("reload_refused", done.error());
  watch_over_lanes();
  return done;
}

void RunningSite::when_durable(std::function<void()> news) {
  news_of_records_ = std::move(news);
  news_ = &news_of_records_;
}

void RunningSite::durable(const Record& record) {
  policy_replay_.tell(record.id);
  if (const auto* news = news_.load()) (*news)();
  if (record.kind != RecordKind::attempt && !journal::is_told_at_once(record)) observer_.recorded(record);
}

void RunningSite::note_change(std::string reason, const std::map<std::string, std::string>& details) {
  Record record{.kind = RecordKind::change, .at = clock_.now(), .wall = clock_.wall()};
  record.reason = std::move(reason);
  record.details = details;
  record.details["file"] = site()->file.filename().string();
  writer_->post(std::move(record));
}

void RunningSite::note_alarm(std::string reason, const Error& error) {
  Record record{.kind = RecordKind::alarm, .at = clock_.now(), .wall = clock_.wall(), .reason = std::move(reason)};
  record.details["error"] = to_line(error);
  writer_->post(std::move(record));
}

void RunningSite::note_refused(const plugin::Catalogue& catalogue) {
  for (const auto& [file, why] : catalogue.refused()) note_alarm("plugin_refused", why);
}

// In the order of the road: nothing new comes in, what is under way ends, gates come to rest, the rest is written. What
// does not stop is left aside, so that the gates of the others come to rest, and waited for at the end.
void RunningSite::wind_up() {
  if (wound_up_.exchange(true)) return;
  hotplug_.reset();
  std::ranges::move(stuck_outputs_, std::back_inserter(outputs_));  // to be named with them
  stuck_outputs_.clear();
  stop_inputs();
  fire_alarm_.watch_over({});
  stop_lanes();
  if (writer_) note_change("stopped");
  for (auto& output : outputs_) output->request_stop();
  for (auto& output : outputs_) output->join();  // one that does not stop stays where it can be named
  {
    const std::scoped_lock lock(farewell_);
    outputs_.clear();
  }
  stuck_runners_.clear();
  stuck_lanes_.clear();
  network_monitor_.reset();
  if (!policy_replay_.stop(stop_patience)) note_lingering("a policy that learns");
  if (hosts_) hosts_->close();
  writer_.reset();
  clock_watch_.reset();
  journal_.reset();
}

void RunningSite::stop_inputs() {
  const auto until = std::chrono::steady_clock::now() + input_patience;
  for (auto& runner : runners_) runner->request_stop();
  for (auto& runner : runners_) {
    if (runner->lets_go(until - std::chrono::steady_clock::now())) continue;
    runner->detach();
    const auto* use = find_use(equipment_.site->devices, runner->device());
    note_lingering("input " + runner->device() +
                   (use == nullptr ? std::string() : std::string(" (plugin ") + use->plugin->name + ")"));
    stuck_runners_.push_back(std::move(runner));
  }
  runners_.clear();
}

void RunningSite::stop_lanes() {
  const auto until = std::chrono::steady_clock::now() + stop_patience;
  for (auto& lane : lanes_) lane->request_stop();
  for (auto& lane : lanes_) {
    if (lane->stopped(until - std::chrono::steady_clock::now())) {
      note_not_at_rest(*lane);
      continue;
    }
    const std::string holder = lane->held_by();
    note_lingering((holder.empty() ? std::string() : holder + " in ") + "lane " + lane->name());
    stuck_lanes_.push_back(std::move(lane));
  }
  lanes_.clear();
}

void RunningSite::note_not_at_rest(const runtime::Lane& lane) {
  const auto rested = lane.rested();
  if (rested) return;
  const std::scoped_lock lock(farewell_);
  not_at_rest_.push_back("the gate of lane " + lane.name() + ": " + to_line(rested.error()));
}

void RunningSite::note_lingering(const std::string& who) {
  note_alarm("does_not_stop", {"does not stop and is left behind", who, "report this to the plugin's author"});
  const std::scoped_lock lock(farewell_);
  lingering_.push_back(who);
}

bool RunningSite::stop(Duration patience) {
  // Not std::async: its future waits in its destructor, which is just what must not happen when a plugin hangs.
  std::promise<void> done;
  auto finished = done.get_future();
  std::thread([this, promise = std::move(done)]() mutable {
    wind_up();
    promise.set_value();
  }).detach();
  return finished.wait_for(patience) == std::future_status::ready;
}

std::vector<std::string> RunningSite::lingering() const {
  const std::scoped_lock lock(farewell_);
  std::vector<std::string> names = lingering_;
  for (const auto& output : outputs_)
    if (output->lingers()) names.push_back("output " + output->name());
  return names;
}

std::vector<std::string> RunningSite::not_at_rest() const {
  const std::scoped_lock lock(farewell_);
  return not_at_rest_;
}

RunningSite::~RunningSite() { wind_up(); }

Result<journal::Journal::Erased> RunningSite::erase(const std::vector<std::string>& subjects) {
  return journal_->erase(subjects);
}

Result<std::uint64_t> RunningSite::letters(journal::DeadLetterAction action, const journal::Choice& choice) {
  return journal_->letters(action, choice);
}

std::vector<runtime::Progress> RunningSite::progress() const {
  const std::scoped_lock lock(mutex_);
  std::vector<runtime::Progress> all;
  for (const auto& output : outputs_) all.push_back(output->progress());
  return all;
}

RunningSite::Vitals RunningSite::vitals() const {
  Vitals vitals{.lanes = {},
                .inputs = {},
                .outputs = progress(),
                .last = {site()->checkpoint.code, journal_->epoch(), journal_->last()},
                .commits = journal_->batches(),
                .writing = journal_->is_writing()};
  const std::scoped_lock lock(mutex_);
  for (const auto& lane : lanes_) vitals.lanes.push_back({lane->name(), lane->vitals()});
  for (const auto& runner : runners_) vitals.inputs.push_back(runner->vitals());
  return vitals;
}

std::optional<FlightRecorder::Run> RunningSite::tape(const std::string& input, bool before) const {
  const std::scoped_lock lock(mutex_);
  for (const auto& runner : runners_)
    if (runner->device() == input) return before ? runner->recorder().before() : runner->recorder().now();
  return {};
}

std::size_t RunningSite::lanes() const {
  const std::scoped_lock lock(mutex_);
  return lanes_.size();
}

std::shared_ptr<const config::Site> RunningSite::site() const {
  const std::scoped_lock lock(mutex_);
  return equipment_.site;
}

}  // namespace gatepost::supervisor
