// The journal as lanes and outputs see it: Records go in, some are durable, some come late, some never.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/output.hpp"
#include "disk_pace.hpp"
#include "faults.hpp"
#include "scheduler.hpp"

namespace gatepost::simulation {

using Hash = std::array<std::byte, 32>;

/// A Record that was durable once, under the number that it was given.
struct Kept {
  RecordId id{};
  Hash hash{};
  std::uint32_t life = 0;  ///< of the process that wrote it
  bool is_attempt = false;
  bool is_lost = false;    ///< a copy was put back that does not have it
  bool is_copied = false;  ///< it was written again under another number
};

/// What the world asks of a journal. Lanes know a Record by its place in all that was ever durable, from 1; outputs by
/// the number that the journal gave.
class Journal {
 public:
  using Done = std::function<void(Result<RecordId>)>;
  virtual ~Journal() = default;

  // Lanes.
  virtual void commit(Record record, BootTime not_after, Done done) = 0;
  virtual void post(Record record) = 0;
  /// The disk, whatever the process believes.
  virtual const std::vector<Record>& durable() const = 0;

  // Outputs.
  virtual core::Output::Outlook outlook(const std::string& output) const = 0;
  virtual core::Output::Rows read(const std::string& output, const core::Output::Read& call) = 0;
  virtual void move_cursor(const std::string& output, const core::Output::MoveCursor& move) = 0;
  virtual void move_backlog(const std::string& output, const core::Output::MoveBacklog& move) = 0;
  virtual void report_damage(const std::string& output, const core::Output::ReportDamage& report) = 0;
  virtual Result<void> park(const std::string& output, const Record& record, const std::string& why) = 0;
  virtual Result<void> acknowledge(const std::string& output, std::uint64_t sequence) = 0;
  virtual void resend(const std::string& output) = 0;
  /// There may be something to do for an output.
  std::function<void()> changed{};

  // The world.
  /// All that was ever durable, by the number given; of two under one number, the later one.
  virtual const std::map<RecordId, Kept>& history() const = 0;
  virtual bool is_idle() const = 0;
  virtual void process_starts() = 0;
  virtual void process_died(bool power_cut) = 0;
  /// The power goes during one of the next calls of the disk; false: it has none.
  virtual bool cut_soon(std::function<void()> then) = 0;
  /// No longer.
  virtual void stay_on() {}
  virtual void take_copy() = 0;
  /// The process is gone; all that the machine has is what it was when the copy was made. False: there is none.
  virtual bool put_back() = 0;
  /// All is well, and nothing is under way.
  virtual void check_in_the_end() {}
};

/// A model: one batch at a time, all that waits.
class JournalModel final : public Journal {
 public:
  JournalModel(Scheduler& scheduler, Faults& faults, std::uint64_t seed)
      : scheduler_(scheduler), faults_(faults), pace_(scheduler, faults), seed_(seed) {}

  void commit(Record record, BootTime not_after, Done done) override;
  void post(Record record) override;
  const std::vector<Record>& durable() const override { return durable_; }

  core::Output::Outlook outlook(const std::string& output) const override;
  core::Output::Rows read(const std::string& output, const core::Output::Read& call) override;
  void move_cursor(const std::string& output, const core::Output::MoveCursor& move) override;
  void move_backlog(const std::string&, const core::Output::MoveBacklog&) override {}
  void report_damage(const std::string&, const core::Output::ReportDamage&) override;
  Result<void> park(const std::string& output, const Record& record, const std::string& why) override;
  Result<void> acknowledge(const std::string& output, std::uint64_t sequence) override;
  void resend(const std::string& output) override;

  const std::map<RecordId, Kept>& history() const override { return history_; }
  bool is_idle() const override { return queue_.empty() && !busy_; }
  void process_starts() override {}
  void process_died(bool power_cut) override;
  bool cut_soon(std::function<void()>) override { return false; }
  void take_copy() override {}
  bool put_back() override { return false; }

 private:
  struct Item {
    Record record;
    std::optional<BootTime> not_after{};
    Done done{};
  };
  /// Of one output: its cursor as it stands in the process and on the disk, and its dead letters.
  struct Reader {
    std::uint64_t cursor = 0, saved = 0;
    std::map<std::uint64_t, bool> letters{};  ///< true: to be sent again
  };
  void begin();
  void write(std::vector<Item> batch, Stream random);
  void ends(const std::vector<Item>& batch, bool kept);
  RecordId keep(const Record& record);
  void tell();

  Scheduler& scheduler_;
  Faults& faults_;
  DiskPace pace_;
  const std::uint64_t seed_;
  std::uint64_t batches_ = 0;
  std::deque<Item> queue_;
  bool busy_ = false;
  std::vector<Record> durable_;
  std::map<RecordId, Kept> history_;
  std::map<std::string, Reader> readers_;
};

}  // namespace gatepost::simulation
