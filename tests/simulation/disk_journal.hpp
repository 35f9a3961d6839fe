// The product's own journal on a disk in memory that forgets.
#pragma once

#include <memory>
#include <set>

#include "journal.hpp"
#include "journal/journal.hpp"
#include "journal/quarantine.hpp"
#include "journal/reader.hpp"
#include "simulation/disk/simulated_disk.hpp"
#include "simulation/salts.hpp"

namespace gatepost::simulation {

class DiskJournal final : public Journal {
 public:
  DiskJournal(Scheduler& scheduler, Faults& faults, std::uint64_t seed, std::vector<std::string> outputs);
  ~DiskJournal() override;
  DiskJournal(const DiskJournal&) = delete;
  DiskJournal& operator=(const DiskJournal&) = delete;

  void commit(Record record, BootTime not_after, Done done) override;
  void post(Record record) override;
  const std::vector<Record>& durable() const override { return durable_; }

  core::Output::Outlook outlook(const std::string& output) const override;
  core::Output::Rows read(const std::string& output, const core::Output::Read& call) override;
  void move_cursor(const std::string& output, const core::Output::MoveCursor& move) override;
  void move_backlog(const std::string& output, const core::Output::MoveBacklog& move) override;
  void report_damage(const std::string& output, const core::Output::ReportDamage& report) override;
  Result<void> park(const std::string& output, const Record& record, const std::string& why) override;
  Result<void> acknowledge(const std::string& output, std::uint64_t sequence) override;
  void resend(const std::string& output) override;

  const std::map<RecordId, Kept>& history() const override { return history_; }
  bool is_idle() const override { return queue_.empty() && !busy_ && !is_dirty_ && !is_failing_; }
  void process_starts() override;
  void process_died(bool power_cut) override;
  bool cut_soon(std::function<void()> then) override;
  void stay_on() override { cut_at_ = 0; }
  void take_copy() override;
  bool put_back() override;
  void check_in_the_end() override;

 private:
  class JournalClock final : public Clock {
   public:
    explicit JournalClock(const Scheduler& scheduler) : scheduler_(scheduler) {}
    MonotonicTime now() const override { return scheduler_.clocks().monotonic; }
    WallTime wall() const override { return scheduler_.clocks().wall; }
    BootTime boot() const override { return scheduler_.clocks().boot; }
    Duration slept() const override {
      return Duration(boot().time_since_epoch().count() - now().time_since_epoch().count());
    }
    /// A time that somebody has set is not one to tell ages by.
    ClockState state() const override {
      if (scheduler_.leapt() != Duration::zero() || !scheduler_.clocks().wall_is_known) return {};
      return {ClockSource::network, std::chrono::milliseconds(4)};
    }

   private:
    const Scheduler& scheduler_;
  };
  struct Item {
    Record record;
    BootTime not_after{};
    Done done{};
  };
  struct Told {
    Done done;
    Result<RecordId> result;  ///< by its place
    RecordId id{};            ///< as the journal gave it
  };

  Answer answer(const Call& call);
  void begin();
  void wake_keeper(Duration after);
  void write(std::vector<Item> batch, Stream random);
  std::vector<Told> make(std::vector<Item>& batch);
  void is_kept(const Record& record);
  void survived(const Record& alarm);
  void copied(const Record& record);
  void check_kept_untold(const RecordId& id);
  void check_after_start();
  std::vector<Record> rows_of(const std::string& path);
  core::Output::Rows read_rows(const std::string& output, const core::Output::Read& call);
  core::Output::Rows read_backlog(const std::string& output, const core::Output::Read& call);
  Result<void> open_reader(const std::string& output, std::uint64_t epoch);
  void look_at_power();

  Scheduler& scheduler_;
  Faults& faults_;
  DiskPace pace_;
  const std::uint64_t seed_;
  Salts salts_;
  const std::vector<std::string> outputs_;
  JournalClock clock_;
  Machine machine_;
  std::unique_ptr<journal::Journal> journal_;
  std::map<std::string, journal::Reader> readers_;
  std::deque<Item> queue_;
  bool busy_ = false, is_dirty_ = false, keeper_is_set_ = false, is_failing_ = false, is_opening_ = false;
  std::uint64_t batches_ = 0, boots_ = 1, cut_at_ = 0;
  std::function<void()> when_cut_;
  std::optional<std::map<std::string, Bytes>> copy_;
  std::map<RecordId, Hash> in_copy_;  ///< what had been written when it was taken
  bool was_put_back_ = false, is_suspect_ = false;
  std::uint32_t put_back_in_ = 0;     ///< the last process before
  std::uint64_t put_back_epoch_ = 0;  ///< of the file that a process then found

  std::vector<Record> durable_;
  std::map<RecordId, Kept> history_;
  std::map<RecordId, std::uint64_t> places_;  ///< in durable_, from 1
  std::set<RecordId> acknowledged_;
  std::set<std::pair<RecordId, Hash>> told_;  ///< durable, as the journal says or as it was found at a start
};

}  // namespace gatepost::simulation
