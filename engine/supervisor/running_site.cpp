#include "supervisor/running_site.hpp"

#include <algorithm>
#include <future>
#include <thread>

#include "journal/reader.hpp"

namespace gatepost::supervisor {
namespace {

template <class T>
auto find_named(const T& things, const std::string& name) {
  return std::ranges::find_if(things, [&](const auto& thing) { return thing.name == name; });
}

const config::PluginUse* find_use(const std::vector<config::PluginUse>& uses, const std::string& name) {
  auto found = std::ranges::find_if(uses, [&](const auto& use) { return use.instance.name == name; });
  return found == uses.end() ? nullptr : &*found;
}

Error placed(const Error& error, const config::PluginUse& use) {
  return {error.what,
          use.instance.name + " (plugin " + use.plugin->name + ")" + (error.where.empty() ? "" : ", ") + error.where,
          error.remedy};
}

}  // namespace

Result<std::unique_ptr<RunningSite>> RunningSite::start(const config::Site& site, const plugin::Catalogue& catalogue,
                                                        lane::Observer& observer, const Clock& clock) {
  std::unique_ptr<RunningSite> running(new RunningSite(site, observer, clock));
  if (auto built = running->build(catalogue); !built) return built.error();
  return running;
}

Result<void> RunningSite::build(const plugin::Catalogue& catalogue) {
  using Step = Result<void> (RunningSite::*)();
  for (const Step step : {&RunningSite::build_formats, &RunningSite::build_rules, &RunningSite::build_actuators,
                          &RunningSite::open_journal, &RunningSite::teach_rules, &RunningSite::build_couriers})
    if (auto done = (this->*step)(); !done) return done.error();
  note_change("started");
  note_refused(catalogue);
  start_lanes();
  return start_feeds();
}

Result<void> RunningSite::build_formats() {
  for (const auto& use : site_.credentials) {
    auto format = use.plugin->make.credential(use.values, use.instance);
    if (!format) return placed(format.error(), use);
    formats_.push_back({use.instance.name, std::move(*format)});
  }
  return {};
}

Result<void> RunningSite::build_rules() {
  for (const auto& use : site_.policies) {
    auto policy = use.plugin->make.policy(use.values, use.instance);
    if (!policy) return placed(policy.error(), use);
    rules_.push_back(std::make_unique<lane::Rule>(use.instance.name, std::move(*policy)));
    if (rules_.back()->learns()) learning_.push_back(rules_.back().get());
  }
  return {};
}

Result<void> RunningSite::build_actuators() {
  for (const auto& use : site_.devices) {
    if (use.plugin->kind != PluginKind::actuator) continue;
    auto actuator = use.plugin->make.actuator(use.values, use.instance);
    if (!actuator) return placed(actuator.error(), use);
    actuators_.push_back({use.instance.name, std::move(*actuator)});
  }
  return {};
}

Result<void> RunningSite::open_journal() {
  auto seal = Seal::make(site_.journal);
  if (!seal) return seal.error();
  journal::Options options{.file = site_.journal.file,
                           .site = site_.checkpoint.code,
                           .keep = site_.journal.keep,
                           .max_size = site_.journal.max_size.bytes,
                           .clock = &clock_};
  for (const auto& use : site_.outputs) options.readers.push_back(use.instance.name);
  // Told when it arose, not only once there is a disk again to keep it.
  options.alarm = [this](const Record& alarm) { observer_.recorded(alarm); };
  options.durable = [this](const Record& record) { durable(record); };
  auto journal = journal::Journal::open(std::move(options));
  if (!journal) return journal.error();
  journal_ = std::move(*journal);
  clock_watch_.emplace([this] { journal_->clock_was_set(); });
  book_ = std::make_unique<Book>(*journal_, std::move(*seal));
  return {};
}

// A policy's state is what it learned of the Records, so it learns them again.
Result<void> RunningSite::teach_rules() {
  if (learning_.empty()) return {};
  auto reader = journal::Reader::open(journal_->file());
  if (!reader) return reader.error();
  for (std::uint64_t sequence = 0;;) {
    auto records = reader->after(sequence, 1024);
    if (!records) return records.error();
    if (records->empty()) return {};
    for (const Record& record : *records)
      for (lane::Rule* rule : learning_) rule->learn(record);
    sequence = records->back().id.sequence;
  }
}

Result<void> RunningSite::build_couriers() {
  if (!site_.outputs.empty()) attendant_ = std::make_unique<delivery::Attendant>();
  for (const auto& use : site_.outputs) {
    auto sink = use.plugin->make.sink(use.values, use.instance);
    if (!sink) return placed(sink.error(), use);
    couriers_.push_back(std::make_unique<delivery::Courier>(use.instance.name, std::move(*sink), *journal_, clock_,
                                                            delivery::Pace{}, attendant_.get()));
  }
  return {};
}

void RunningSite::start_lanes() {
  for (const auto& settings : site_.lanes) {
    lane::Parts parts{.formats = {}, .rules = {}, .ledger = book_.get(), .observer = &observer_, .clock = &clock_};
    for (const auto& name : settings.credentials)
      parts.formats.push_back({name, find_named(formats_, name)->object.get()});
    for (const auto& name : settings.policies)
      parts.rules.push_back(
          std::ranges::find_if(rules_, [&](const auto& rule) { return rule->name() == name; })->get());
    if (!settings.actuator.empty()) parts.actuator = find_named(actuators_, settings.actuator)->object.get();
    lanes_.push_back(std::make_unique<lane::Lane>(settings, std::move(parts)));
  }
}

Result<void> RunningSite::start_feeds() {
  for (std::size_t i = 0; i < site_.lanes.size(); ++i) {
    for (const auto& [device, direction] : site_.lanes[i].inputs) {
      const config::PluginUse& use = *find_use(site_.devices, device);
      auto input = use.plugin->make.input(use.values, use.instance);
      if (!input) return placed(input.error(), use);
      feeds_.push_back(std::make_unique<Feed>(device, std::move(*input), direction, *lanes_[i], *book_, clock_));
    }
  }
  return {};
}

void RunningSite::durable(const Record& record) {
  for (lane::Rule* rule : learning_) rule->learn(record);
  if (record.kind != RecordKind::attempt && !journal::is_told_at_once(record)) observer_.recorded(record);
}

void RunningSite::note_change(std::string reason) {
  Record record{.kind = RecordKind::change, .at = clock_.now(), .wall = clock_.wall()};
  record.reason = std::move(reason);
  record.details["file"] = site_.file.filename().string();
  book_->post(std::move(record));
}

void RunningSite::note_refused(const plugin::Catalogue& catalogue) {
  for (const auto& [file, why] : catalogue.refused()) {
    Record record{.kind = RecordKind::alarm, .at = clock_.now(), .wall = clock_.wall(), .reason = "plugin_refused"};
    record.details["error"] = to_line(why);
    book_->post(std::move(record));
  }
}

// In the order of the road: nothing new comes in, what is under way ends, gates come to rest, the rest is written.
void RunningSite::wind_up() {
  if (wound_up_.exchange(true)) return;
  for (auto& feed : feeds_) feed->request_stop();
  feeds_.clear();
  for (auto& lane : lanes_) lane->request_stop();
  lanes_.clear();
  if (book_) note_change("stopped");
  for (auto& courier : couriers_) courier->request_stop();
  for (auto& courier : couriers_) courier->join();  // one that does not stop stays where it can be named
  {
    const std::scoped_lock lock(farewell_);
    couriers_.clear();
  }
  attendant_.reset();
  book_.reset();
  clock_watch_.reset();
  journal_.reset();
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

std::vector<std::string> RunningSite::lingering_outputs() const {
  const std::scoped_lock lock(farewell_);
  std::vector<std::string> names;
  for (const auto& courier : couriers_)
    if (courier->lingers()) names.push_back(courier->name());
  return names;
}

RunningSite::~RunningSite() { wind_up(); }

Result<std::uint64_t> RunningSite::letters(journal::LetterDeed deed, const journal::Choice& choice) {
  return journal_->letters(deed, choice);
}

std::vector<delivery::Progress> RunningSite::progress() const {
  std::vector<delivery::Progress> all;
  for (const auto& courier : couriers_) all.push_back(courier->progress());
  return all;
}

RunningSite::Vitals RunningSite::vitals() const {
  Vitals vitals{.lanes = {},
                .inputs = {},
                .outputs = progress(),
                .last = {site_.checkpoint.code, journal_->epoch(), journal_->last()},
                .commits = journal_->batches()};
  for (const auto& lane : lanes_) vitals.lanes.push_back({lane->name(), lane->vitals()});
  for (const auto& feed : feeds_) vitals.inputs.push_back(feed->vitals());
  return vitals;
}

}  // namespace gatepost::supervisor
