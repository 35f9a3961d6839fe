// Everything of one run: a site under virtual time, its people, its faults, and who looks on.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "board.hpp"
#include "carrier.hpp"
#include "checker.hpp"
#include "checker_output.hpp"
#include "core/hooks.hpp"
#include "faults.hpp"
#include "hooks.hpp"
#include "journal.hpp"
#include "moments.hpp"
#include "plan.hpp"
#include "receiver.hpp"
#include "scheduler.hpp"

namespace gatepost::simulation {

class Engine;
class Wire;

/// As the site file calls it.
std::string output_name(int number);

struct Options {
  core::Mutant mutant = core::Mutant::none;
  bool trace = false;       ///< print each line
  bool remember = false;    ///< the last lines
  std::uint64_t until = 0;  ///< stop at this step
  std::uint64_t most_steps = 3'000'000;
};

struct Outcome {
  std::optional<Violation> violation{};
  std::uint64_t steps = 0, effects = 0;
  Duration time{};
  std::uint64_t hash = 0;
  std::vector<std::uint64_t> hashes{};  ///< after each step, where asked for
  std::deque<std::string> last{};
  std::uint64_t scans = 0, openings = 0;
  Coverage coverage{};
  Faults::Counts injected{}, noticed{};
};

class World {
 public:
  World(const Plan& plan, const Options& options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Outcome run(bool keep_hashes = false);

  Stream random(std::string_view component, int lane) {
    return {plan.seed, component, ++calls_[{component, lane}] * 8 + static_cast<std::uint64_t>(lane)};
  }
  /// One line of what happens, and a part of the run's hash. `what` and `detail` outlive the run.
  void note(std::string_view who, int lane, std::string_view what, std::uint64_t id = 0, std::string_view detail = {});
  std::uint64_t next_serial() { return ++serials_; }
  bool fire() const { return fires_ > 0; }
  /// The machine was put back since that process was there.
  bool was_put_back_since(std::uint32_t life) const { return life <= put_back_in_; }
  /// Nothing: its board is a model.
  Wire* wire(int lane, int index) { return wires_.at(static_cast<std::size_t>(lane * 2 + index)).get(); }
  BoardModel& board(int lane, int index) { return *boards_.at(static_cast<std::size_t>(lane * 2 + index)); }
  Receiver& receiver(int output) { return receivers_.at(static_cast<std::size_t>(output)); }
  Carrier& carrier(int output) { return carriers_.at(static_cast<std::size_t>(output)); }
  Engine* engine() { return engine_.get(); }
  /// The gate has opened for this scan: whoever showed the card passes or turns back.
  void opened_for(std::uint64_t scan);

  const Plan& plan;
  Options options;
  HookState hooks;
  Scheduler scheduler;
  Faults faults;
  const std::unique_ptr<Journal> journal_owned;
  Journal& journal;
  Moments moments;
  Checker checker;
  OutputChecker outputs;

 private:
  void schedule_people();
  void schedule_faults();
  void begin(const Fault& fault);
  void tell_wires(const Fault& fault, bool begins);
  void begin_in_engine(const Fault& fault);
  void end(const Fault& fault);
  void start_engine();
  void kill_engine(bool power_cut = false);
  void start_again(Duration after);
  void put_back(Duration after);
  void begin_in_output(const Fault& fault);
  void show(const Act& act);
  static std::string payload_of(const Act& act);
  bool run_until(Duration end);
  bool run_until_quiet(Duration within);
  bool is_quiet() const;
  void heal();
  void run_plan();
  void step_done();

  std::vector<std::unique_ptr<Wire>> wires_;
  std::vector<std::unique_ptr<BoardModel>> boards_;
  std::vector<Receiver> receivers_;
  std::vector<Carrier> carriers_;
  std::unique_ptr<Engine> engine_;
  std::vector<std::unique_ptr<Engine>> dead_;
  std::map<std::pair<std::string_view, int>, std::uint64_t> calls_;
  std::vector<Fault> lasting_;
  std::uint64_t serials_ = 0;
  std::uint32_t put_back_in_ = 0;  ///< the last process before
  int fires_ = 0;
  bool healed_ = false;
  std::vector<std::uint64_t>* hashes_ = nullptr;
  std::uint64_t hash_ = 0xcbf29ce484222325U;
  std::deque<std::string> last_;
};

}  // namespace gatepost::simulation
