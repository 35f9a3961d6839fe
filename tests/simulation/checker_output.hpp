// What must hold of outputs: seen at the receivers, in the journal, and in what their machines ask for.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "journal.hpp"
#include "output_unit.hpp"
#include "receiver.hpp"

namespace gatepost::simulation {

class World;

class OutputChecker {
 public:
  explicit OutputChecker(World& world);

  // The world.
  void new_life();
  void taken(int output, const Record& record);
  void refused(int output, const Record& record);
  void resent(int output) { of(output).resent = true; }
  void put_back();
  void step();
  /// Nothing is under way any more and all is well.
  void quiet();

  // The machines.
  void before(OutputUnit& unit, const core::Output::Event& event);
  void emitted(OutputUnit& unit, const core::Output::Effect& effect);
  void drained(OutputUnit& unit, const core::Output::Event& event);
  void idle(OutputUnit& unit);

 private:
  struct Watch {
    std::map<std::uint64_t, std::uint64_t> moved{};  ///< of each epoch: up to where its Records were asked about
    std::set<RecordId> parked{}, passed_over{};
    std::set<RecordId> letters{};  ///< parked, and the journal has said so
    std::optional<RecordId> parking{};
    core::Output::From from{};  ///< what was read last
    std::map<RecordId, std::uint32_t> refusals{};
    bool resent = false;  ///< dead letters may be parked again
    bool told_hang = false, stopping = false;
    std::set<std::string> alarms{};
    bool letters_told = false;
    std::uint32_t in_a_row = 0;            ///< parked, and nothing was taken
    std::optional<BootTime> left_alone{};  ///< as the receiver asked
    bool asked_alone = false;              ///< the last answer did
    core::Output::Step step{};             ///< before the event
    bool kick_pending = false, must_look = false, must_cancel = false;
    bool looked = false, cancelled = false;
    bool saw_newest = false;  ///< in this run, and of this epoch
  };
  Watch& of(int output) { return watches_[static_cast<std::size_t>(output)]; }
  void check_moved(int output, std::uint64_t epoch, std::uint64_t up_to);
  bool is_settled(int output, const Kept& kept) const;
  void check_batch(OutputUnit& unit, const core::Output::Deliver& call);
  void check_park(OutputUnit& unit, const core::Output::Park& call);
  void posted(OutputUnit& unit, const Record& record);
  void kicked(OutputUnit& unit);
  [[noreturn]] void fail(const char* invariant, int output, const std::string& what) const;

  World& world_;
  std::vector<Watch> watches_;
  bool was_put_back_ = false;
};

}  // namespace gatepost::simulation
