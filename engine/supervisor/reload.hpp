// One reload: a transaction over a running site.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "supervisor/running_site.hpp"

namespace gatepost::supervisor {

/// The lane of that name, or null.
const config::Lane* find_lane(const config::Site& site, const std::string& name);
std::vector<std::string> outputs_of(const config::Site& site);

/// Everything that can fail comes first, beside what is at work; then one step that cannot fail exchanges it. Till that
/// step the destructor takes all of it back.
class Reload {
 public:
  Reload(RunningSite& running, std::shared_ptr<const config::Site> next, const std::stop_token& stop);
  ~Reload();
  Reload(const Reload&) = delete;
  Reload& operator=(const Reload&) = delete;

  /// Once.
  Result<config::Difference> run();

 private:
  static constexpr Duration letting_go_patience = std::chrono::seconds(2);  ///< of a device
  static constexpr Duration passage_patience = std::chrono::seconds(10);

  struct Arrival {
    config::PluginUse use;
    std::unique_ptr<Input> input;
    std::unique_ptr<InputRunner> runner{};
  };
  // What may fail.
  Result<void> prepare();
  Result<void> build();
  Result<void> teach();
  Result<void> let_outputs_read();
  Result<void> open_inputs();
  Result<void> open(Arrival& arrival);
  Result<void> step_aside(InputRunner& runner);
  Result<void> pause_lanes();
  Result<void> pause(runtime::Lane& lane);
  Result<void> try_actuators();
  Result<void> try_actuator(const config::PluginUse& use);
  void let_go_of(const std::string& actuator);

  // What may not.
  void commit();
  void exchange_lanes();
  void exchange_inputs();
  void exchange_outputs();
  void part_with_inputs();
  void part_with_lanes();
  void take_back();

  const config::Site& old() const { return *running_.equipment_.site; }
  bool is_kept(const std::string& input) const;
  bool changes_its_gate(const runtime::Lane& lane) const;
  bool leaves_with_its_gate(const runtime::Lane& lane) const;

  RunningSite& running_;
  const std::shared_ptr<const config::Site> next_;
  const std::stop_token stop_;
  config::Difference difference_;
  bool committed_ = false;

  Equipment equipment_;
  runtime::PolicyReplay::Policies enrolled_;
  std::vector<Arrival> arriving_;
  std::vector<std::pair<std::string, std::unique_ptr<Sink>>> sinks_;
  bool outputs_joined_ = false;
  std::vector<InputRunner*> stepped_aside_;   ///< old runners that let their devices go
  std::vector<config::PluginUse> put_down_;   ///< old actuators that were let go of
  std::vector<runtime::Lane::Pause> pauses_;  ///< lanes that change
  std::vector<std::unique_ptr<runtime::Lane>> leaving_lanes_;
  std::vector<std::unique_ptr<InputRunner>> leaving_runners_;
};

}  // namespace gatepost::supervisor
