#include "disk_journal.hpp"

#include <chrono>
#include <utility>

#include "checker.hpp"
#include "core/hooks.hpp"
#include "journal/verify.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;

namespace {

constexpr int channel = 1;  // of the thread that commits
constexpr std::uint64_t site = 1;
constexpr const char* file = "/data/journal.db";
constexpr Duration keeper_pause = 1s;  // before it tries again, and before a cursor is kept

std::string number_of(const RecordId& id) { return std::to_string(id.epoch) + "/" + std::to_string(id.sequence); }

// FILE.epoch-N, and not what belongs to it.
bool is_set_aside(const std::string& path) {
  const std::string prefix = std::string(file) + ".epoch-";
  return path.starts_with(prefix) && path.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
}

DiskSettings settings_of(std::uint64_t seed) {
  Stream random(seed, "disk settings");
  return {.sector = random.one_in(2) ? 512U : 4096U,
          .powersafe_overwrite = !random.one_in(3),
          .write_back = random.one_in(2) ? random.below(100) : 0};
}

}  // namespace

DiskJournal::DiskJournal(Scheduler& scheduler, Faults& faults, std::uint64_t seed, std::vector<std::string> outputs)
    : scheduler_(scheduler),
      faults_(faults),
      pace_(scheduler, faults),
      seed_(seed),
      salts_(Seed(seed)),
      outputs_(std::move(outputs)),
      clock_(scheduler),
      machine_(Seed(seed), settings_of(seed)) {
  machine_.disk.hook = [this](const Call& call) { return answer(call); };
}

DiskJournal::~DiskJournal() {
  machine_.disk.hook = {};
  machine_.disk.go_down();
  readers_.clear();
  journal_.reset();
}

Answer DiskJournal::answer(const Call& call) {
  if (is_opening_) return Answer::done;
  if (cut_at_ != 0 && call.number >= cut_at_) return Answer::cut_within;
  const bool writes = call.kind == CallKind::write || call.kind == CallKind::sync;
  if (writes && faults_.active(FaultKind::disk_fails) != nullptr) {
    faults_.noticed(FaultKind::disk_fails);
    return call.number % 2 == 0 ? Answer::full : Answer::io_error;
  }
  if (call.kind == CallKind::sync && faults_.active(FaultKind::disk_doubt) != nullptr &&
      Stream(seed_, "doubt", call.number).one_in(2)) {
    faults_.noticed(FaultKind::disk_doubt);
    return Answer::sync_fails;
  }
  return Answer::done;
}

// ---- The process and the machine

void DiskJournal::process_starts() {
  journal::Options options{.file = file,
                           .site = site,
                           .keep = 24h * 36500,
                           .readers = outputs_,
                           .clock = &clock_,
                           .marks = "/cache",
                           .disk = &machine_.port,
                           .draw_salt = salts_.draw(),
                           .wal_pages = static_cast<std::int64_t>(4 + seed_ % 60),
                           .boot = "boot-" + std::to_string(boots_),
                           .has_threads = false,
                           .durable = [this](const Record& record) { is_kept(record); }};
  options.alarm = [this](const Record& alarm) {
    if (alarm.reason == "journal_failed") is_failing_ = true;
    if (alarm.reason == "journal_recovered") is_failing_ = false;
  };
  is_opening_ = true;
  auto opened = journal::Journal::open(std::move(options));
  is_opening_ = false;
  if (!opened) throw Violation{"20 works", "the journal does not open: " + to_line(opened.error())};
  journal_ = std::move(*opened);
  check_after_start();
  wake_keeper(1us);
}

void DiskJournal::process_died(bool power_cut) {
  queue_.clear();
  busy_ = is_dirty_ = keeper_is_set_ = is_failing_ = false;
  cut_at_ = 0;
  machine_.disk.go_down();
  readers_.clear();
  journal_.reset();
  if (!power_cut) return machine_.kill();
  core::reached("the power was cut");
  machine_.cut(Seed(seed_).stream("cut", machine_.disk.calls()));
  ++boots_;
}

bool DiskJournal::cut_soon(std::function<void()> then) {
  cut_at_ = machine_.disk.calls() + 1 + Stream(seed_, "cut soon", machine_.disk.calls()).below(40);
  when_cut_ = std::move(then);
  return true;
}

void DiskJournal::look_at_power() {
  if (!machine_.disk.is_down() || !when_cut_) return;
  scheduler_.in_world(Duration::zero(), std::exchange(when_cut_, {}));
}

void DiskJournal::take_copy() {
  copy_.emplace();
  for (const auto& path : machine_.disk.paths())
    if (!path.ends_with("-shm")) (*copy_)[path] = machine_.disk.content(path);
  in_copy_.clear();
  for (const auto& [id, kept] : history_) in_copy_.emplace(id, kept.hash);
}

// All of it, the marks too. What was written since is known to the outputs alone, whatever journal it was in.
bool DiskJournal::put_back() {
  if (!copy_ || copy_->empty()) return false;
  machine_.disk.settle();
  for (const auto& path : machine_.disk.paths())
    if (!copy_->contains(path)) machine_.disk.remove(path);
  for (const auto& [path, bytes] : *copy_) machine_.disk.put(path, bytes);
  machine_.disk.settle();
  for (auto& [id, kept] : history_)
    if (const auto found = in_copy_.find(id); found == in_copy_.end() || found->second != kept.hash)
      kept.is_lost = true;
  // It was put back before, and again before an output could tell: what was written between is not known of.
  if (std::exchange(is_suspect_, true))
    for (auto& [id, kept] : history_)
      if (kept.life > put_back_in_) kept.is_lost = true;
  put_back_in_ = scheduler_.life();
  put_back_epoch_ = 0;
  was_put_back_ = true;
  core::reached("the machine was put back");
  return true;
}

// What was acknowledged is there, or in a journal that was set aside, unless it was put back; what is there and nobody
// was told of is known from now on.
void DiskJournal::check_after_start() {
  std::map<RecordId, Hash> there;
  for (const auto& path : machine_.disk.paths())
    if (is_set_aside(path))
      for (const Record& record : rows_of(path)) there[record.id] = record.hash;
  const std::vector<Record> rows = rows_of(file);
  for (const Record& record : rows) there[record.id] = record.hash;
  const std::uint64_t epoch = journal_->epoch();
  if (is_suspect_ && put_back_epoch_ == 0) put_back_epoch_ = epoch;
  for (auto& [id, kept] : history_) {
    const auto found = there.find(id);
    const bool is_there = found != there.end() && found->second == kept.hash;
    if (!is_there && !was_put_back_ && acknowledged_.contains(id))
      throw Violation{"7 kept", number_of(id) + " was acknowledged and is not there"};
    if (!is_there) kept.is_lost = true;
  }
  if (!was_put_back_ && !history_.empty() && history_.begin()->first.epoch != epoch)
    throw Violation{"9 noticed", "another journal is at work, and nobody put one back"};
  for (const Record& record : rows) {
    const auto found = history_.find(record.id);
    if (found != history_.end() && found->second.hash == record.hash) continue;
    history_[record.id] = {record.id, record.hash, was_put_back_ ? 0 : scheduler_.life(),
                           record.kind == RecordKind::attempt};  // of a process that was before
    // In a copy made while a write was in doubt: nobody was promised it, and another may have had its number since.
    if (told_.emplace(record.id, record.hash).second) history_[record.id].is_lost = was_put_back_;
    if (record.details.contains("copy_of")) copied(record);
  }
}

std::vector<Record> DiskJournal::rows_of(const std::string& path) {
  machine_.disk.observe(true);
  auto reader = journal::Reader::open(path, machine_.port);
  auto rows = reader ? reader->after(0, 1'000'000) : Result<std::vector<Record>>(reader.error());
  machine_.disk.observe(false);
  if (!rows) throw Violation{"20 works", "a journal cannot be read: " + to_line(rows.error())};
  return std::move(*rows);
}

void DiskJournal::check_in_the_end() {
  machine_.disk.observe(true);
  const auto proof = journal::verify(file, machine_.port);
  machine_.disk.observe(false);
  if (!proof || proof->broken)
    throw Violation{"20 works", "verify: " + (proof ? proof->broken->what : to_line(proof.error()))};
  std::uint64_t expected = 0;
  for (const Record& record : rows_of(file))
    if (record.id.sequence != ++expected)
      throw Violation{"8 numbers", number_of(record.id) + " stands where " + std::to_string(expected) + " should"};
}

// ---- What becomes durable

// Lanes know it by its place; what is written again they know already.
void DiskJournal::is_kept(const Record& record) {
  told_.emplace(record.id, record.hash);
  if (put_back_epoch_ != 0 && record.id.epoch > put_back_epoch_) is_suspect_ = false;
  history_[record.id] = {record.id, record.hash, scheduler_.life(), record.kind == RecordKind::attempt};
  if (record.details.contains("copy_of")) return copied(record);
  if (record.reason == "kept_after_all") survived(record);
  durable_.push_back(record);
  durable_.back().id = {site, 1, durable_.size()};
  places_[record.id] = durable_.size();
}

// The copies come before anything else of the new journal.
void DiskJournal::copied(const Record& record) {
  core::reached("a Record was written again under a new number");
  const std::string of = record.details.at("copy_of");
  const auto slash = of.find('/');
  const RecordId id{site, std::stoull(of.substr(0, slash)), std::stoull(of.substr(slash + 1))};
  const auto found = history_.find(id);
  if (found == history_.end()) return check_kept_untold(id);
  found->second.is_copied = true;
  if (const auto place = places_.find(id); place != places_.end()) places_[record.id] = place->second;
}

// It was kept after all, or as the process went, and nobody has been told of it.
void DiskJournal::check_kept_untold(const RecordId& id) {
  bool is_there = false;
  machine_.disk.observe(true);
  for (const auto& path : machine_.disk.paths()) {
    if (!is_set_aside(path)) continue;
    auto damaged = journal::DamagedJournal::open(path, machine_.port);
    const auto found = damaged ? damaged->after(id.sequence - 1, id.sequence, 1)
                               : Result<journal::DamagedJournal::Found>(damaged.error());
    is_there = is_there || (found && !found->records.empty() && found->records[0].id == id);
  }
  machine_.disk.observe(false);
  if (!is_there) throw Violation{"8 numbers", "a copy of a Record that never was: " + number_of(id)};
}

// A write that failed, and is there: those who asked were told that it is not.
void DiskJournal::survived(const Record& alarm) {
  const std::uint64_t first = std::stoull(alarm.details.at("first")), last = std::stoull(alarm.details.at("last"));
  machine_.disk.observe(true);
  auto reader = journal::Reader::open(file, machine_.port);
  auto rows = reader ? reader->after(first - 1, last + 1 - first, last) : Result<std::vector<Record>>(reader.error());
  machine_.disk.observe(false);
  if (!rows) return;
  for (Record record : *rows) {
    if (const auto known = history_.find(record.id); known != history_.end() && known->second.hash == record.hash)
      continue;  // posted, and told of as durable; or of another journal than the alarm is about
    history_[record.id] = {record.id, record.hash, scheduler_.life(), record.kind == RecordKind::attempt};
    const bool is_grant = record.kind == RecordKind::attempt && record.outcome == gatepost::Outcome::grant;
    durable_.push_back(std::move(record));
    durable_.back().id = {site, 1, durable_.size()};
    if (is_grant) {
      durable_.push_back({.kind = RecordKind::alarm, .reason = "kept_after_all", .about = durable_.size()});
      durable_.back().id = {site, 1, durable_.size()};
    }
  }
}

// ---- Lanes

void DiskJournal::commit(Record record, BootTime not_after, Done done) {
  queue_.push_back({std::move(record), not_after, std::move(done)});
  begin();
}

void DiskJournal::post(Record record) {
  queue_.push_back({std::move(record), {}, {}});
  begin();
}

// What nobody waits for is kept soon.
void DiskJournal::wake_keeper(Duration after) {
  is_dirty_ = true;
  if (std::exchange(keeper_is_set_, true)) return;
  scheduler_.in_process(after, 0, [this] {
    keeper_is_set_ = false;
    begin();
  });
}

void DiskJournal::begin() {
  if (busy_ || (queue_.empty() && !is_dirty_)) return;
  busy_ = true;
  scheduler_.in_process(1us, channel, [this] {
    std::vector<Item> batch;
    for (Item& item : std::exchange(queue_, {})) batch.push_back(std::move(item));
    write(std::move(batch), Stream(seed_, "journal", ++batches_));
  });
}

void DiskJournal::write(std::vector<Item> batch, Stream random) {
  if (pace_.stalls())
    return pace_.when_it_goes_on(
        [this, batch = std::move(batch), random]() mutable { write(std::move(batch), random); });
  const auto life = scheduler_.life();
  const Duration latency = pace_.latency(random);
  std::vector<Told> answers = make(batch);
  look_at_power();
  if (machine_.disk.is_down()) return;
  // The kernel ends a sync, whatever has become of the process.
  scheduler_.in_world(latency, [this, life, answers = std::move(answers)]() mutable {
    if (life != scheduler_.life()) return;
    scheduler_.in_process(10us, channel, [this, answers = std::move(answers)] {
      busy_ = false;
      for (const Told& told : answers) {
        if (told.result) acknowledged_.insert(told.id);
        told.done(told.result);
      }
      if (changed) changed();
      if (!queue_.empty() || (is_dirty_ && !keeper_is_set_)) begin();
    });
  });
}

std::vector<DiskJournal::Told> DiskJournal::make(std::vector<Item>& batch) {
  std::vector<Told> answers;
  bool posts = is_dirty_;
  is_dirty_ = false;
  for (Item& item : batch) {
    if (!item.done) {
      journal_->post(std::move(item.record));
      posts = true;
      continue;
    }
    auto kept = journal_->commit(std::move(item.record), item.not_after);
    posts = false;
    if (kept)
      answers.push_back({std::move(item.done), RecordId{site, 1, places_.at(*kept)}, *kept});
    else
      answers.push_back({std::move(item.done), kept.error()});
  }
  if (posts || is_failing_) journal_->work();
  if (is_failing_) wake_keeper(keeper_pause);  // tried again
  return answers;
}

}  // namespace gatepost::simulation
