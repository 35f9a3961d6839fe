// Who writes to the journal next, and what, as a state machine without I/O.
//
// One at a time has the turn. A lane whose commit finds it free leads: it writes what waits, its own Record among it,
// and goes on until that is answered. Those that come meanwhile wait together, and one of them leads next. Work that
// needs the file to itself (the flusher, dead letters, readers that join) waits in a line of its own.
//
// | the turn is of | it may                                | what ends it                                         |
// |----------------|---------------------------------------|------------------------------------------------------|
// | nobody         |                                       | Commit ▶ a lane; Enter ▶ exclusive                   |
// | a lane         | Heal, Write                           | its commit is answered ▶ the next lane, exclusive    |
// | exclusive      | Heal, Write where it flushes, Work    | Leave ▶ the next lane, exclusive                     |
//
// Lanes go first, but not past exclusive work more than 64 times in a row. After a failure that leaves in doubt what
// the file holds nothing is written, so nothing promised, before a Heal has succeeded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/effects.hpp"
#include "core/time.hpp"

namespace gatepost::core {

class CommitQueue {
 public:
  static constexpr std::size_t largest_batch = 512;
  static constexpr std::size_t most_posted = 4096;     ///< that wait
  static constexpr std::size_t most_passed_over = 64;  ///< lanes, while exclusive work waits

  /// What is to be written.
  struct Item {
    Record record;
    CallId ticket = 0;                         ///< of the commit that is answered; 0: posted, nobody waits
    BootTime not_after = BootTime::max();      ///< not begun later
    MonotonicTime due = MonotonicTime::max();  ///< not answered by then: the disk is told of as slow
    bool in_doubt = false;                     ///< posted, and its write may be in the file after all
  };
  using Batch = std::vector<Item>;

  // Events. The first five of a thread that wants something, with a ticket of its own where it is answered.
  struct Commit {
    CallId ticket;
    Record record;
    BootTime not_after = BootTime::max();
  };
  struct Post {
    Record record;
  };
  struct Drop {};  ///< what was posted cannot be kept: it is too large
  struct Enter {
    CallId ticket;
    bool flushes = false;  ///< what waits is written first
  };
  struct Wake {
    bool at_once = true;    ///< false: a reader's place, to be kept within a second
    bool in_doubt = false;  ///< somebody found the file damaged
  };
  // Of whoever has the turn.
  struct Begin {};  ///< the one that was told to lead is running
  struct Healed {
    Result<void> result;
    bool kept_after_all = false;  ///< the write that was in doubt is in the file
  };
  enum class Outcome : std::uint8_t {
    kept,
    failed,    ///< nothing of it is in the file
    in_doubt,  ///< it may be in the file after all
    damaged,   ///< the file is not what was written: the batch is for the next one
  };
  struct Wrote {
    Batch batch;  ///< as it was given, with ids; posted items may have come to it
    Outcome outcome = Outcome::kept;
    Error error{};  ///< where it is not kept
  };
  struct Leave {
    bool in_doubt = false;
    bool more = false;  ///< there is more to remove
  };
  struct Tick {};
  struct Stop {};  ///< what waits is flushed at once, and without pause
  using Event = std::variant<Commit, Post, Drop, Enter, Wake, Begin, Healed, Wrote, Leave, Tick, Stop>;

  // Effects. Heal, Write and Work are for whoever has the turn: each is answered by its event.
  struct Lead {
    CallId ticket;  ///< it has the turn now, and says Begin
  };
  struct Heal {};  ///< open, examine and write anew what is in doubt
  struct Write {
    Batch batch;
  };
  struct Work {
    Result<void> ready;  ///< an Error: it cannot be done
  };
  struct Answer {
    CallId ticket;
    Result<RecordId> result;
  };
  struct Alarm {  ///< to be told at once: it is not on disk yet
    Record record;
  };
  struct Survived {  ///< what was posted is durable: its write, which was in doubt, is in the file
    Batch batch;
  };
  struct WakeFlusher {};  ///< flush_due() is sooner than it was
  struct WakeWatch {};    ///< due() is sooner than it was
  using Effect = std::variant<Lead, Heal, Write, Work, Answer, Alarm, Survived, WakeFlusher, WakeWatch>;

  /// `file`: as Errors name it.
  CommitQueue(std::string file, MonotonicTime begun) : file_(std::move(file)), flushed_at_(begun) {}

  void on(Event&& event, const Now& now);
  std::optional<Effect> next() { return effects_.next(); }
  /// When Tick must come; none: as long as nobody asks for anything.
  std::optional<MonotonicTime> due() const;
  /// When somebody must Enter to flush; none: somebody has.
  std::optional<MonotonicTime> flush_due() const;

  bool is_taken() const { return turn_.owner != Owner::nobody; }
  std::uint64_t batches() const { return batches_; }  ///< kept, with Records in them
  std::size_t waiting() const { return queue_.size() + wanted_.size(); }

 private:
  enum class Owner : std::uint8_t { nobody, lane, exclusive };
  struct Turn {
    Owner owner = Owner::nobody;
    CallId ticket = 0;
    bool flushes = false;  ///< it writes what waits
  };

  void handle(Commit&& event);
  void handle(Post&& event);
  void handle(Drop&&) { ++dropped_; }
  void handle(Enter&& event);
  void handle(Wake&& event);
  void handle(Begin&&);
  void handle(Healed&& event);
  void handle(Wrote&& event);
  void handle(Leave&& event);
  void handle(Tick&&);
  void handle(Stop&&) { stopping_ = true; }

  // The turn.
  void lead(const Turn& turn);
  void pass_on();
  void proceed();
  void write_next();
  void ended(Batch&& batch, const Error* failure);

  // What is written.
  Batch next_batch();
  void refuse_late(Batch& batch);
  void tell_of_dropped(Batch& batch);
  void put_back(Batch&& batch);
  void end_doubt(bool kept_after_all);
  void answer_own(const Error& failure);

  // What is told, and who is woken.
  void note_trouble(const Error* failure);
  void raise(std::string reason, const Error* error);
  Record alarm(std::string reason) const;
  void consider_flusher();
  void plan_look(MonotonicTime time);
  template <class One>
  void emit(One effect) {
    effects_.emit(std::move(effect));
  }

  const std::string file_;
  Now now_{};  ///< of the event that is being handled
  Turn turn_{};
  std::deque<Turn> wanted_;  ///< exclusive work, in order
  std::size_t passed_over_ = 0;
  Batch queue_, spare_;  ///< spare_: only its memory
  std::size_t posted_ = 0, dropped_ = 0, dropped_in_batch_ = 0, dropped_in_doubt_ = 0;
  bool in_doubt_ = false, set_aside_ = false, stopping_ = false;
  std::optional<Error> trouble_;  ///< told, and not over

  // Of what is being written.
  std::optional<MonotonicTime> since_;
  MonotonicTime under_way_due_ = MonotonicTime::max();

  // Of the watch.
  bool asked_ = false;  ///< since the last Tick
  std::optional<MonotonicTime> look_at_;

  // Of the flusher.
  bool flush_asked_ = false;  ///< it has the turn, or waits for it
  bool urgent_ = false;
  std::optional<MonotonicTime> moved_at_;
  MonotonicTime flushed_at_, not_before_{};
  std::uint64_t since_prune_ = 0;
  MonotonicTime flush_told_ = MonotonicTime::max();

  std::uint64_t batches_ = 0;
  Effects<Effect> effects_;
};

}  // namespace gatepost::core
