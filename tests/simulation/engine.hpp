// One life of the engine's process: its lanes and gates, run by their contract.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/gate.hpp"
#include "core/lane.hpp"
#include "output_unit.hpp"
#include "quota.hpp"
#include "rules.hpp"
#include "runner.hpp"

namespace gatepost::simulation {

class World;
class LaneUnit;
class WiredActuator;

/// What the checker sees of a gate from outside.
struct GateWatch {
  bool fire = false;      ///< it has been told so
  bool stopping = false;  ///< it has been told so
  bool stopped = false, rested_now = false;
  int passages_told = 0;                  ///< by what is being handled
  Duration fire_off{-1};                  ///< when it was told so last
  std::optional<Duration> rest_needed{};  ///< an opening before a rest that began then at the earliest is a fault
  std::optional<bool> holds{};            ///< what its Records said last of being held open
  std::map<core::CallId, std::uint64_t> tickets{};  ///< releases that it has not answered, and whose scans they are
  std::optional<Duration> shut_in_fire{}, open_without_cause{};  ///< since when, of the time that the process ran
  bool hangs_told = false;
  bool down = false;               ///< so its Records said last
  std::optional<Duration> lost{};  ///< since when its board has refused, and nobody is told
};

class GateUnit : public std::enable_shared_from_this<GateUnit> {
 public:
  enum class Kind : std::uint8_t { rest, open, hold, passage, look };
  struct Call {
    Kind kind;
    core::Gate::Hand hand;
    RecordId record{};
    std::uint64_t scan = 0;
    BootTime deadline{};
    Duration begun{};
    bool abandoned = false;
    bool back = false;  ///< the machine is being told
    bool cancelled = false;
    bool watched = false;  ///< of a passage: its thread has come to it
    bool over = false;     ///< of a passage: it has been seen how it ends
  };

  GateUnit(World& world, LaneUnit& lane, int board);
  ~GateUnit();
  GateUnit(const GateUnit&) = delete;
  GateUnit& operator=(const GateUnit&) = delete;
  /// Held open at once where an alarm lasts.
  void start();
  void post(core::Gate::Event event) { runner_.post(std::move(event)); }
  const core::Gate& machine() const { return runner_.machine(); }
  bool is_running() const { return runner_.is_running(); }

  int lane() const { return lane_number_; }
  int board_number() const { return board_; }
  /// Not back, and still waited for.
  const Call* waits_for(Kind kind) const;
  bool has_abandoned() const;
  bool has_calls() const { return !calls_.empty(); }
  const core::GateSettings& settings() const { return settings_; }
  /// Somebody passes.
  void sensor();

  GateWatch watch{};
  const std::uint64_t serial;
  /// It has come back, and the machine has been told.
  Call take(core::CallId id);
  Call& call(core::CallId id) { return calls_.at(id); }
  /// Its process is dead.
  void die(bool with_its_machine);
  /// It has stopped, and its actuator is given up.
  void close();

 private:
  void emitted(const core::Gate::Effect& effect);
  void perform(core::Gate::Effect&& effect);
  void begin(core::CallId id, Call call, std::function<void(Stream)> driver);
  void returns(Duration after, std::function<core::Gate::Event()> event);
  struct Telling {
    core::CallId id = 0;
    bool opens = false;
    bool looks = false;                 ///< moves nothing
    std::function<bool()> may_write{};  ///< asked just before; false: it is answered already
    std::function<void()> arrives{};
    std::function<void(Result<void>)> done{};
  };
  void tell_board(Telling telling, Stream random);
  void shut_board(core::CallId id, const char* why, std::function<void(Result<void>)> done, Stream random);
  void open(core::CallId id, Stream random);
  void rest(core::CallId id, Stream random);
  void look(core::CallId id, Stream random);
  void hold(core::CallId id, Stream random);
  void watch_passage(core::CallId id);
  void end_passage(core::CallId id, Passage passage);
  void finish_passage(core::CallId id, Result<Passage> passage);
  Duration timeout_of(core::CallId id) const;
  Duration on_for() const;

  World& world_;
  LaneUnit& lane_;
  const int lane_number_, board_;
  std::uint64_t running_out_ = 0;  ///< the pulse of a board that ends it itself, once its passage is over
  const core::GateSettings settings_;
  std::map<core::CallId, Call> calls_;
  std::size_t state_before_ = 0;  ///< the event that is handled
  bool fire_before_ = false;
  std::unique_ptr<WiredActuator> wired_;  ///< in place of what is played here
  Runner<core::Gate> runner_;
};

class LaneUnit {
 public:
  LaneUnit(World& world, int number, int board);
  void start();
  void post(core::Lane::Event event) { runner_.post(std::move(event)); }
  const core::Lane& machine() const { return runner_.machine(); }
  /// Whether a question is open: in or out?
  bool asks() const;
  bool is_running() const { return runner_.is_running(); }
  const std::shared_ptr<GateUnit>& gate() const { return gate_; }
  int number() const { return number_; }
  bool has_calls() const { return !calls_.empty(); }
  const core::LaneSettings& settings() const { return settings_; }

  void fit_gate(int board);
  void drop_gate() { gate_.reset(); }
  const std::uint64_t serial;
  const BootTime born;
  std::map<core::CallId, std::uint64_t> scans_of_calls{};  ///< of all that it has made
  /// Other settings with new objects.
  core::LaneSettings draw_settings();

 private:
  void before(const core::Lane::Event& event);
  void came_back(const core::Lane::Event& event, bool drained);
  void emitted(const core::Lane::Effect& effect);
  void perform(core::Lane::Effect&& effect);
  void returns(Duration after, core::Lane::Event event);
  void decode(const core::Lane::Decode& call);
  void decide(const core::Lane::Decide& call);
  template <class F>
  bool hangs(FaultKind kind, F again);

  World& world_;
  const int number_;
  core::LaneSettings settings_;
  std::uint64_t objects_ = 0;
  std::map<core::CallId, std::uint64_t> reserving_;  ///< decisions that hold a reservation and have not come in: scans
  enum class Call : std::uint8_t { under_way, abandoned, back };
  std::map<core::CallId, Call> calls_;
  std::shared_ptr<GateUnit> gate_;
  std::size_t step_before_ = 0;  ///< the event that is handled
  Runner<core::Lane> runner_;
};

class Engine {
 public:
  explicit Engine(World& world);
  void start();
  /// `done` when everything has stopped, or has been given up.
  void stop(bool finish, std::function<void()> done);
  void set_fire(bool on);
  void look(int lane);
  /// The machine has slept.
  void wake();
  enum class Change : std::uint8_t {
    settings,
    at_once,  ///< settings, and no pause is waited for
    actuator,
    gone,
  };
  void reload(Change change, int lane, Duration length);
  LaneUnit* lane(int number) { return lanes_.at(static_cast<std::size_t>(number)).get(); }
  const std::vector<std::unique_ptr<LaneUnit>>& lanes() const { return lanes_; }
  /// Old ones too, as long as a call of theirs is under way.
  const std::vector<std::shared_ptr<GateUnit>>& gates() const { return gates_; }
  void add(std::shared_ptr<GateUnit> gate) { gates_.push_back(std::move(gate)); }
  const std::vector<std::unique_ptr<OutputUnit>>& outputs() const { return outputs_; }
  void journal_changed();
  void kick_outputs();
  bool is_stopping() const { return stopping_; }
  bool is_reloading() const { return reloading_; }
  bool is_idle() const;

  Quota quota{};  ///< of policy 0 of all lanes
  Rules rules{};  ///< of the same

 private:
  void when(std::function<bool()> holds, Duration patience, std::function<void(bool)> then);
  void exchange_gate(LaneUnit& lane);
  void remove(int lane, Duration length);

  World& world_;
  std::vector<std::unique_ptr<LaneUnit>> lanes_;
  std::vector<std::unique_ptr<LaneUnit>> gone_;
  std::vector<std::shared_ptr<GateUnit>> gates_;
  std::vector<std::unique_ptr<OutputUnit>> outputs_;
  bool stopping_ = false, reloading_ = false;
};

}  // namespace gatepost::simulation
