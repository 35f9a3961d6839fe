// The delivery of a journal's Records to one Sink, as a state machine without I/O: what goes next, when to try again,
// what a Record that is refused becomes, and what an operator is told.
//
// | state      | what is under way                        | what leaves it                                        |
// |------------|------------------------------------------|-------------------------------------------------------|
// | looking    | the journal is looked at                 | it answers ▶ asking, gathering, reading, idle         |
// | idle       | the journal is waited for                | there is something to do ▶ gathering, reading         |
// | gathering  | nothing: more Records may come           | the time is over ▶ looking                            |
// | asking     | the sink is asked for its newest Record  | it tells ▶ comparing, looking; an Error ▶ waiting     |
// | comparing  | that Record is read from the journal     | the same ▶ looking; another ▶ waiting for a new file  |
// | reading    | a batch is read                          | rows ▶ delivering; none, an Error ▶ waiting           |
// | delivering | the sink has a batch                     | taken ▶ looking; not ▶ waiting, keeping               |
// | keeping    | a dead letter is written, or taken out   | kept ▶ looking; an Error ▶ waiting                    |
// | confirming | nothing: enough is on its way            | acknowledged ▶ looking, keeping; time over ▶ waiting  |
// | waiting    | nothing: it is tried again later         | time over, a kick ▶ looking; nobody there ▶ probing   |
// | probing    | the sink looks whether somebody is there | somebody ▶ looking; nobody ▶ waiting                  |
//
// Everything that waits or blocks is a call with an id; one is under way at most. A sink that does not come back is
// told of and waited for: its Records stay in the journal meanwhile. So do those that it has sent and that nobody has
// acknowledged; after an Error, or a time without an acknowledgement, they are sent again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <gatepost/record.hpp>
#include <gatepost/sink.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/alarm_latch.hpp"
#include "core/backoff.hpp"
#include "core/effects.hpp"
#include "core/time.hpp"

namespace gatepost::core {

struct OutputPace {
  std::size_t batch = 256;  ///< Records at most
  /// After the first new Record: the gate that made it moves first, and what comes meanwhile goes along.
  Duration gather = std::chrono::milliseconds(20);
  Duration first_wait = std::chrono::milliseconds(200);
  Duration longest_wait = std::chrono::seconds(30);
  Duration longest_put_off = std::chrono::minutes(15);  ///< that a receiver may ask for
  Duration probe = std::chrono::seconds(2);             ///< between looks whether somebody is there again
  Duration nudge = std::chrono::seconds(2);             ///< a delivery under way longer than this begins anew on a kick
  Duration alarm = std::chrono::minutes(1);             ///< trouble, or a delivery, that lasts so long is an alarm
  std::uint32_t refusals = 5;                           ///< a Record refused this often for good becomes a dead letter
  /// After so many dead letters with nothing taken in between it is the receiver that is wrong, not the Records.
  std::uint32_t letters_in_a_row = 20;
  std::uint64_t most_letters = 10'000;         ///< so many are kept; then the output waits for somebody to look at them
  std::uint64_t on_their_way = 1024;           ///< Records at most that are sent and not acknowledged
  Duration confirm = std::chrono::minutes(1);  ///< without an acknowledgement; then they are sent again
};

struct OutputSettings {
  std::string name;
  std::uint64_t site = 0;
  OutputPace pace{};
  std::uint64_t seed = 0;  ///< of the waits: another one for each machine
};

class Output {  // NOLINT(clang-analyzer-optin.performance.Padding)
 public:
  /// What is still to be taken of a journal that was set aside.
  struct Backlog {
    std::uint64_t epoch = 0, sequence = 0, last = 0;
    std::string file{};  ///< its name, for people
  };
  /// The journal as this output sees it.
  struct Outlook {
    std::uint64_t epoch = 0;
    std::uint64_t cursor = 0;   ///< taken up to here
    std::uint64_t last = 0;     ///< the newest durable Record
    std::uint64_t letters = 0;  ///< dead letters kept
    bool letters_asked = false;
    std::optional<Backlog> backlog{};  ///< the oldest
  };
  using Batch = std::shared_ptr<const std::vector<Record>>;

  // Events.
  struct Found {
    CallId call;
    Outlook outlook;
  };
  struct Rows {
    CallId call;
    Result<Batch> records;
    bool spoilt = false;  ///< with an Error: a row is not what was written
    // Of a backlog.
    std::uint64_t up_to = 0;  ///< looked at so far
    std::uint64_t lost = 0;   ///< of them cannot be read
  };
  struct Delivered {
    CallId call;
    Delivery delivery;
  };
  struct Probed {
    CallId call;
    bool somebody;
  };
  struct Newest {
    CallId call;
    Result<std::optional<Held>> held;
  };
  struct Kept {
    CallId call;
    Result<void> result;
  };
  struct Acknowledged {
    RecordId up_to;
  };
  struct Kick {};  ///< the network has changed
  struct Tick {};
  struct Stop {};
  using Event = std::variant<Found, Rows, Delivered, Probed, Newest, Kept, Acknowledged, Kick, Tick, Stop>;

  // Calls: each is answered by its event.
  struct Look {
    CallId id;
    bool waits;                 ///< until there is something to do
    std::uint64_t epoch, sent;  ///< of that epoch what comes after it: the others are on their way
  };
  enum class From : std::uint8_t { records, backlog, letters };
  struct Read {
    CallId id;
    From from;
    std::uint64_t epoch;         ///< an Error where the journal has another one by now
    std::uint64_t after, up_to;  ///< of letters: the first that was asked for
    std::size_t limit;
  };
  struct Deliver {
    CallId id;
    Batch batch;
  };
  struct Probe {
    CallId id;
  };
  struct AskNewest {
    CallId id;
    std::uint64_t site;
  };
  struct Park {
    CallId id;
    Batch batch;  ///< `at` of it
    std::size_t at;
    std::string why;
  };
  struct Acknowledge {
    CallId id;
    std::uint64_t sequence;  ///< of a dead letter that was taken after all
  };
  // Tells: none of them blocks.
  struct MoveCursor {
    std::uint64_t epoch, sequence;
  };
  struct MoveBacklog {
    std::uint64_t epoch, sequence, lost;
  };
  struct ReportDamage {
    Error what;
    std::uint64_t epoch;
    std::uint64_t held_epoch = 0;  ///< not 0: the journal was put back, and somebody holds Records of this epoch
    std::uint64_t differs_at = 0;  ///< not 0: they hold another Record under this number
  };
  struct Post {
    Record record;
  };
  /// The call under way is to come back.
  struct Cancel {
    CallId call;
  };
  using Effect = std::variant<Look, Read, Deliver, Probe, AskNewest, Park, Acknowledge, MoveCursor, MoveBacklog,
                              ReportDamage, Post, Cancel>;

  explicit Output(OutputSettings settings);

  /// The first event is a Tick: it begins.
  void on(Event event, const Now& now);
  /// Taken out to the end before the next on().
  std::optional<Effect> next() { return effects_.next(); }
  std::optional<BootTime> due() const;

  enum class Step : std::uint8_t {
    looking,
    idle,
    gathering,
    asking,
    comparing,
    reading,
    delivering,
    keeping,
    confirming,
    waiting,
    probing
  };
  Step step() const { return step_; }
  /// Nothing is under way, and nothing will be.
  bool is_stopped() const { return stopping_ && call_ == 0; }
  const OutputSettings& settings() const { return settings_; }
  std::uint64_t cursor() const { return outlook_.cursor; }
  /// Records after the cursor that are sent and not acknowledged.
  std::uint64_t on_their_way() const { return sent() - outlook_.cursor; }
  /// Why it does not get on now.
  const std::optional<Error>& trouble() const { return trouble_; }
  MonotonicTime troubled_since() const { return troubled_since_; }
  std::optional<MonotonicTime> delivering_since() const;
  /// The receiver asked not to be tried before then; nothing: it did not, or the time is over.
  std::optional<BootTime> put_off_until() const {
    return step_ == Step::waiting && is_put_off_ ? wait_until_ : std::nullopt;
  }

 private:
  /// Why the next try must wait.
  struct Setback {
    Error error;
    bool unreachable = false;
  };

  void handle(Found&& event);
  void handle(Rows&& event);
  void handle(Delivered&& event);
  void handle(Probed&& event);
  void handle(Newest&& event);
  void handle(Kept&& event);
  void handle(Acknowledged&& event);
  void handle(Kick&&);
  void handle(Tick&&) {}
  void handle(Stop&&);
  CallId call(Step step);
  bool answers(CallId id);
  void expire();
  void hang();

  // What goes next.
  void look(bool waits);
  void go_on();
  void begin_epoch();
  bool has_work() const;
  bool has_room() const;
  bool is_little() const;
  void gather();
  void read_next();
  void take_rows(Rows&& rows);

  // Whether the journal is behind what the sink holds: output_newest.cpp.
  void compare(const Held& held);
  void compared(const std::vector<Record>& rows);
  void hold_the_same();
  void put_back(const Held& held, const char* which, std::uint64_t differs_at = 0);

  // What becomes of a batch: output_delivery.cpp.
  void judge(Delivery& delivery) const;
  void get_on();
  void delivered_records(const Delivery& delivery);
  void leave_alone(Duration wish);
  void refused(std::size_t at, const Delivery& delivery);
  void park(std::size_t at, const Error& error);
  void delivered_letter(const Delivery& delivery);
  void delivered_backlog(const Delivery& delivery);
  void end_of_backlog_batch();
  void refused_backlog(const Record& record, const Delivery& delivery);

  // What is sent and not acknowledged: output_confirming.cpp.
  std::uint64_t sent() const;
  void sent_records(const Delivery& delivery);
  void await(const RecordId& first);
  bool acknowledge_records(const RecordId& up_to);
  void acknowledge_batch(const RecordId& up_to);
  void wait_for_more();
  bool is_overdue() const;
  void send_again();

  // Waiting.
  void done();
  void failed(const Delivery& delivery);
  void set_back(const Setback& setback);
  void wait(Duration length, bool probes);

  // What is told.
  std::string where(const std::string& inner = {}) const;
  void note_trouble(const Error& error);
  void note_ends();
  Record alarm_record(std::string reason, const Error& error) const;
  void alarm(std::string reason, const Error& error);
  template <class One>
  void emit(One effect) {
    effects_.emit(std::move(effect));
  }

  const OutputSettings settings_;
  Now now_{};  ///< of the event that is being handled
  Backoff backoff_;
  AlarmLatch latch_;
  bool began_ = false, stopping_ = false;

  Step step_ = Step::looking;
  CallId call_ = 0, last_call_ = 0;  ///< under way; 0: none
  MonotonicTime called_at_{};
  std::optional<BootTime> hangs_at_{};  ///< an operator is told then
  bool nudged_ = false;                 ///< it begins anew and does not wait

  Outlook outlook_{};
  bool asks_ = true;  ///< what the sink holds has not been compared with this journal yet
  std::optional<Held> held_{};
  bool gathered_ = false;

  // The batch under way.
  From from_ = From::records;
  Batch batch_{};
  std::uint64_t up_to_ = 0, lost_ = 0;  ///< of a backlog
  std::size_t parked_ = 0;              ///< which of it becomes a dead letter, and why
  std::optional<Error> parked_error_{};
  std::uint32_t refusals_ = 0;          ///< of the Record after the cursor
  std::uint32_t letters_in_a_row_ = 0;  ///< nothing was taken since
  std::uint64_t refused_archived_ = 0;

  // What is on its way.
  std::uint64_t sent_ = 0;       ///< Records of this epoch up to here, where that is beyond the cursor
  std::uint64_t ever_sent_ = 0;  ///< the same, also before they were to be sent again
  bool clears_ = false;          ///< nothing more is sent before all of it is acknowledged
  std::optional<BootTime> confirm_by_{};
  bool woken_ = false;               ///< from waiting for more Records
  std::optional<RecordId> early_{};  ///< acknowledged before the sink has come back

  // While it waits.
  bool kicked_ = false;  ///< while it could not be heeded: the next wait is none
  bool is_put_off_ = false;
  BootTime waits_until_{};
  BootTime alone_until_ = BootTime::min();  ///< as its receiver asked, whatever became of the Records meanwhile
  std::optional<BootTime> wait_until_{}, probe_at_{};

  std::optional<Error> trouble_{};
  MonotonicTime troubled_since_{};
  Effects<Effect> effects_;
};

}  // namespace gatepost::core
