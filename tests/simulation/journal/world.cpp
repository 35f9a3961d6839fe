#include "simulation/journal/world.hpp"

#include <algorithm>
#include <iostream>

namespace gatepost::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t site = 4017;
constexpr std::size_t events_kept = 60;

}  // namespace

std::string_view to_word(Fault fault) {
  constexpr std::array words{"kill",         "power cut", "cut while opening", "disk full",     "input/output error",
                             "sync fails",   "sync lies", "bit flip",          "file put back", "folder put back",
                             "all put back", "unlinked",  "cut short",         "exchanged"};
  return words.at(static_cast<std::size_t>(fault));
}

// Swarm: about half the kinds that are possible, so that some run long without what hides others.
Config draw(std::uint64_t seed, bool honest) {
  Random draws = Seed(seed).stream("plan");
  Config config{.seed = seed, .steps = draws.between(20, 120)};
  for (std::size_t i = 0; i < static_cast<std::size_t>(Fault::count); ++i) {
    const auto fault = static_cast<Fault>(i);
    const bool chosen = draws.one_in(2);
    if (chosen && (!honest || simulation::is_honest(fault))) config.faults.insert(fault);
  }
  if (draws.one_in(8)) config.faults.clear();
  return config;
}

World::World(Config config)
    : config_(std::move(config)), seed_(config_.seed), salts_(seed_), machine_(seed_, [&] {
        Random draws = seed_.stream("disk settings");
        return DiskSettings{.sector = draws.one_in(2) ? 512U : 4096U,
                            .powersafe_overwrite = !draws.one_in(3),
                            .write_back = draws.one_in(2) ? draws.below(100) : 0};
      }()) {
  receivers_["cloud"];
  receivers_["store"];
  machine_.disk.hook = [this](const Call& call) { return answer(call); };
  Random draws = seed_.stream("site");
  if (draws.one_in(3)) max_size_ = 48 * 1024;
  wal_pages_ = static_cast<std::int64_t>(draws.one_in(3) ? 1000 : draws.between(4, 40));
  if (draws.one_in(3)) forget_ = 20min;
}

World::~World() {
  machine_.disk.hook = {};
  machine_.disk.go_down();
  close();
}

Answer World::answer(const Call& call) {
  hash_ = (hash_ ^ (call.number * 16 + static_cast<std::uint64_t>(call.kind))) * 0x100000001b3;
  for (const auto cut : config_.cuts)
    if (call.number == cut) {
      cuts_power_ = true;
      return Answer::cut_within;
    }
  for (const auto& armed : armed_) {
    if (call.number < armed.from || call.number >= armed.until || (armed.kind && *armed.kind != call.kind)) continue;
    if (armed.answer == Answer::sync_fails && call.kind != CallKind::sync) continue;
    cuts_power_ = armed.answer != Answer::kill;
    return armed.answer;
  }
  return Answer::done;
}

void World::note(const std::string& what) {
  events_.push_back(std::to_string(step_) + " call " + std::to_string(calls()) + ": " + what);
  if (config_.trace) std::cerr << events_.back() << "\n";
  if (events_.size() > events_kept) events_.erase(events_.begin());
  for (const char c : what) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
}

journal::Options World::options(const journal::Disk& disk) {
  journal::Options options{.file = journal_file,
                           .site = site,
                           .keep = 24h,
                           .max_size = max_size_,
                           .readers = {},
                           .clock = &clock_,
                           .marks = "/cache",
                           .disk = &disk,
                           .draw_salt = salts_.draw(),
                           .wal_pages = wal_pages_,
                           .boot = "boot-" + std::to_string(boots_),
                           .has_threads = false};
  for (const auto& [name, receiver] : receivers_) options.readers.push_back(name);
  if (forget_ > 0s) options.forget = {{subject_field, forget_}};
  return options;
}

Record World::next_record() {
  Record record{.kind = RecordKind::attempt, .at = clock_.now(), .wall = clock_.wall(), .lane = "main"};
  record.subject = "S" + std::to_string(++made_);
  record.details["long"] = std::string(made_ % 7 * 60, 'x');
  return record;
}

bool World::open() {
  mark_at_opening_.reset();
  for (const auto& place : {journal::mark_beside(journal_file), journal::mark_apart("/cache", site, journal_file)}) {
    Machine copy(machine_);
    const auto mark = journal::read_mark(copy.port, place);
    if (mark && *mark && (!mark_at_opening_ || mark_at_opening_->is_before(**mark))) mark_at_opening_ = *mark;
  }
  of_this_run_.clear();
  refused_.clear();
  auto wanted = options(machine_.port);
  wanted.alarm = [this](const Record& alarm) {
    alarms_.push_back(alarm);
    note("alarm " + alarm.reason + (alarm.details.contains("error") ? " " + alarm.details.at("error") : ""));
    reach("alarm " + alarm.reason);
  };
  auto opened = journal::Journal::open(std::move(wanted));
  if (!opened) {
    note("not opened: " + to_line(opened.error()));
    return false;
  }
  journal_ = std::move(*opened);
  note("opened, epoch " + std::to_string(journal_->epoch()) + ", last " + std::to_string(journal_->last()));
  if (!machine_.disk.is_down()) reconcile();
  return true;
}

void World::close() {
  for (auto& [name, receiver] : receivers_) receiver.reader.reset();
  journal_.reset();
}

void World::go_down(bool power_cut) {
  note(power_cut ? "the power goes" : "killed");
  machine_.disk.go_down();
  cuts_power_ = power_cut;
}

// Whatever brought it down: the machine starts again, then the program, and again where that is cut short.
void World::come_back() {
  for (int tries = 0;; ++tries) {
    close();
    if (machine_.disk.is_down()) {
      armed_.clear();
      if (cuts_power_) {
        machine_.cut(seed_.stream("cut", calls()));
        reach("power cut");
        ++boots_;
        const auto before = clock_.up;
        clock_.up = 5'000'000'000;
        clock_.offset += before - clock_.up + 30'000'000'000;
      } else {
        machine_.kill();
        reach("killed");
      }
      note(cuts_power_ ? "power back" : "started again");
      if (tries > 0) reach("down again while opening");
    }
    if (tries == 0 && allows(Fault::cut_while_opening)) {
      Random draws = seed_.stream("again", calls());
      if (draws.one_in(2)) arm(draws.one_in(3) ? Answer::kill : Answer::cut_within, {}, draws.between(1, 60), 1);
    }
    if (open()) {
      if (!machine_.disk.is_down()) return;
      continue;
    }
    if (machine_.disk.is_down()) continue;
    armed_.clear();  // a disk that fails keeps it shut: somebody sees to the disk
    if (tries > 8 && (is_honest() || mark_at_opening_)) violate("20, goes on", "it does not open any more");
    if (tries > 8) {  // a file that may be anybody's: a person moves it away
      reach("a spoilt file that nobody knows");
      for (const char* part : {"", "-wal"})
        if (machine_.disk.find(std::string(journal_file) + part))
          machine_.disk.remove(std::string(journal_file) + part);
      last_acknowledged_ = {};
    }
  }
}

void World::reopen() {
  const auto rows = contents_now();
  close();
  if (machine_.disk.is_down()) return come_back();
  if (!open()) return come_back();
  if (machine_.disk.is_down() || !rows) return;
  const auto again = contents_now();
  if (!again || again->identity.epoch != rows->identity.epoch) return;
  for (const auto& [sequence, row] : rows->rows) {
    const auto found = again->rows.find(sequence);
    if (sequence > again->anchor && (found == again->rows.end() || found->second.first != row.first))
      violate("20, a restart changes nothing", "Record " + std::to_string(sequence) + " is another one");
  }
  reach("opened again");
}

void World::commit(Random& draws) {
  for (auto posts = draws.below(4); posts > 0; --posts) post();
  Record record = next_record();
  const std::string subject = record.subject;
  const auto kept = journal_->commit(std::move(record));
  if (kept) {
    note("kept " + subject + " as " + std::to_string(kept->epoch) + "/" + std::to_string(kept->sequence));
    acknowledge(*kept, subject);
  } else {
    note("refused " + subject + ": " + to_line(kept.error()));
    refused_.insert(subject);
    reach("refused");
  }
}

void World::post() {
  Record record = next_record();
  record.kind = RecordKind::device;
  journal_->post(std::move(record));
}

// Somebody who was acknowledged, and is with the outputs or not.
void World::erase(Random& draws) {
  if (acknowledged_.empty()) return;
  auto chosen = acknowledged_.begin();
  std::advance(chosen, static_cast<std::ptrdiff_t>(draws.below(acknowledged_.size())));
  const std::string subject = chosen->second;
  to_be_erased_.insert(subject);
  const auto erased = journal_->erase({subject});
  if (!erased) return note("not erased " + subject + ": " + to_line(erased.error()));
  note("erased " + subject + " from " + std::to_string(erased->records));
  if (erased->records > 0) reach("erased");
  erased_.insert(subject);
}

void World::take_step(Random draws) {
  clock_.pass(Duration(static_cast<Duration::rep>(draws.below(draws.one_in(20) ? 7'200'000'000'000 : 60'000'000'000))));
  if (!config_.faults.empty() && (config_.meddle_at == 0 ? draws.one_in(6) : config_.meddle_at == step_)) {
    auto chosen = config_.faults.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(draws.below(config_.faults.size())));
    fault(*chosen, draws);
    if (machine_.disk.is_down() || !journal_) come_back();
  }
  switch (draws.below(9)) {
    case 0:
    case 1:
    case 2:
      commit(draws);
      break;
    case 3:
      for (auto posts = draws.between(1, 20); posts > 0; --posts) post();
      break;
    case 4:
      deliver("cloud", draws.between(1, 30));
      break;
    case 5:
      deliver("store", draws.between(1, 30));
      break;
    case 6:
      journal_->work();
      break;
    case 7:
      erase(draws);
      break;
    default:
      if (draws.one_in(3)) reopen();
  }
  if (machine_.disk.is_down()) come_back();
  check();
  if (draws.one_in(3)) check_kept(seed_.stream("fork", step_));
}

void World::run() {
  come_back();
  for (step_ = 1; step_ <= config_.steps; ++step_) take_step(seed_.stream("step", step_));
  armed_.clear();
  config_.cuts.clear();
  config_.faults.clear();
  for (int rounds = 0; rounds < 200 && !is_all_delivered(); ++rounds) {
    journal_->work();
    for (const auto& [name, receiver] : receivers_) deliver(name, 100);
    clock_.pass(2s);
  }
  if (!is_all_delivered()) violate("17, rest", "outputs do not get to the end");
  clock_.pass(forget_);
  for (int rounds = 0; rounds < 20; ++rounds) journal_->work();
  commit(*std::make_unique<Random>(seed_.stream("last")));
  check();
  check_in_the_end();
}

}  // namespace gatepost::simulation
