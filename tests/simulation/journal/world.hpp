// One journal on a disk that forgets, with outputs, a clock, people who meddle with its files, and what must hold.
//
// The checker believes bytes alone: what stands in the files, what receivers have, what callers were told. It never
// asks the journal what it thinks of itself.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/hooks.hpp"
#include "journal/high_water_mark.hpp"
#include "journal/journal.hpp"
#include "journal/quarantine.hpp"
#include "journal/reader.hpp"
#include "simulation/disk/simulated_disk.hpp"
#include "simulation/salts.hpp"

namespace gatepost::simulation {

inline constexpr const char* journal_file = "/data/journal.db";

/// What a seed's world may do. Each seed draws which of them are on, and how often.
enum class Fault : std::uint8_t {
  kill,
  power_cut,
  cut_while_opening,
  disk_full,
  io_error,
  sync_fails,
  // Beyond what a journal can survive unharmed: it must notice.
  sync_lies,
  bit_flip,
  restore_file,    ///< the journal's file and WAL from an earlier moment
  restore_folder,  ///< with the mark that stands beside it
  restore_all,     ///< with the mark that stands apart too: nobody who remembers is left but the outputs
  unlink,
  cut_short,
  exchange,
  count
};
constexpr bool is_honest(Fault fault) { return fault < Fault::sync_lies; }
std::string_view to_word(Fault fault);

/// Time that passes when the world says so.
class WorldClock final : public Clock {
 public:
  MonotonicTime now() const override { return MonotonicTime(Duration(up)); }
  WallTime wall() const override { return WallTime(Duration(up + offset)); }
  ClockState state() const override { return {ClockSource::network, std::chrono::milliseconds(4)}; }
  Duration::rep up = 1'000'000'000;
  Duration::rep offset = 1'800'000'000LL * 1'000'000'000;
  void pass(Duration time) { up += time.count(); }
};

/// Thrown by a check: which invariant, and what was seen.
struct Violation {
  std::string invariant, what;
};

struct Config {
  std::uint64_t seed = 1;
  std::uint64_t steps = 60;
  std::set<Fault> faults{};           ///< that may happen
  std::vector<std::uint64_t> cuts{};  ///< the power goes at these calls of the disk, whatever is drawn
  std::uint64_t meddle_at = 0;        ///< the first fault that is allowed comes at this step; 0: when drawn
  core::Mutant mutant = core::Mutant::none;
  bool trace = false;  ///< print each event
};

/// Draws a configuration of one of two kinds: faults that a journal survives unharmed, or others too.
Config draw(std::uint64_t seed, bool honest);

class World {
 public:
  explicit World(Config config);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// All of it: the steps, then rest. Throws a Violation.
  void run();

  const std::map<std::string, std::uint64_t>& reached() const { return reached_; }
  const std::vector<std::string>& events() const { return events_; }
  std::uint64_t step() const { return step_; }
  std::uint64_t calls() const { return machine_.disk.calls(); }
  /// Over all that happened: two runs of one configuration have the same.
  std::uint64_t hash() const { return hash_; }
  std::size_t acknowledged() const { return acknowledged_.size(); }

 private:
  using Hash = journal::Hash;
  using Rows = std::map<std::uint64_t, std::pair<Hash, Record>>;
  struct Contents {
    journal::Identity identity{};
    std::uint64_t anchor = 0;
    Rows rows{};
  };
  struct Receiver {
    std::map<RecordId, Hash> taken{};
    std::optional<journal::Reader> reader{};
  };
  using Snapshot = std::map<std::string, Bytes>;

  // What happens: world.cpp.
  void take_step(Random draws);
  bool open();
  void close();
  void commit(Random& draws);
  void post();
  void erase(Random& draws);
  void reopen();
  void go_down(bool power_cut);
  void come_back();
  Answer answer(const Call& call);
  void note(const std::string& what);
  void reach(const std::string& probe) { ++reached_[probe]; }
  journal::Options options(const journal::Disk& disk);
  Record next_record();

  // What is done to it: faults.cpp.
  void fault(Fault fault, Random& draws);
  void arm(Answer answer, std::optional<CallKind> kind, std::uint64_t from, std::uint64_t length);
  void take_snapshot();
  void restore(Fault fault);
  void meddle(Fault fault, Random& draws);

  // Outputs: outputs.cpp.
  void deliver(const std::string& name, std::size_t most);
  void deliver_backlog(const std::string& name, const journal::ArchivedBacklog& backlog, std::size_t most);
  void take(const std::string& name, const Record& record);
  bool is_all_delivered();

  // What must hold: checks.cpp.
  void acknowledge(const RecordId& id, const std::string& subject);
  void check();
  void check_kept(Random draws);
  void check_acknowledged(const Contents& contents, const char* where);
  void check_erased(const Contents& contents, const char* where) const;
  bool may_be_erased(const Record& record, const std::string& subject) const;
  void check_marks(const RecordId& id);
  void check_in_the_end();
  void reconcile();
  void give(const RecordId& id, const Hash& hash, const char* where);
  std::optional<Contents> contents_of(const journal::Disk& disk, const std::string& file) const;
  std::optional<Contents> contents_now();
  bool is_witnessed(const RecordId& id) const;
  bool is_honest() const;
  bool allows(Fault fault) const { return config_.faults.contains(fault); }
  [[noreturn]] void violate(const std::string& invariant, const std::string& what) const;

  Config config_;
  Seed seed_;
  Salts salts_;
  WorldClock clock_;
  Machine machine_;
  std::unique_ptr<journal::Journal> journal_;
  std::map<std::string, Receiver> receivers_;
  std::uint64_t max_size_ = 1ULL << 30;
  Duration forget_{};  ///< how long subjects are kept; 0: as long as their Records
  std::int64_t wal_pages_ = 1000;

  std::uint64_t step_ = 0, made_ = 0, boots_ = 1, hash_ = 0xcbf29ce484222325;
  struct Armed {
    Answer answer;
    std::optional<CallKind> kind;
    std::uint64_t from, until;
  };
  std::vector<Armed> armed_;
  bool cuts_power_ = false;       ///< what brought the disk down
  bool has_lied_ = false;         ///< something beyond what can be survived has happened
  bool is_meddled_with_ = false;  ///< just now

  std::map<RecordId, std::string> acknowledged_;  ///< to the subject of each
  std::map<RecordId, Hash> given_;                ///< every Record that was ever seen anywhere
  std::map<RecordId, Hash> promised_;             ///< of those that were acknowledged
  std::set<RecordId> of_this_run_;                ///< acknowledged since the journal was opened
  std::set<std::string> refused_;                 ///< subjects that were answered with an Error in this run
  std::set<std::string> to_be_erased_;            ///< subjects that somebody asked to erase, whatever came of it
  std::set<std::string> erased_;                  ///< of them, those that were answered well
  std::optional<journal::Mark> mark_at_opening_;
  std::vector<Record> alarms_;     ///< told at once
  std::size_t alarms_at_ack_ = 0;  ///< how many when a Record was acknowledged last
  RecordId last_acknowledged_{};
  std::optional<Snapshot> snapshot_;
  std::map<std::string, std::uint64_t> reached_;
  std::vector<std::string> events_;
};

}  // namespace gatepost::simulation
