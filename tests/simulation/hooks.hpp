// What a run hangs into the machines' hooks, and what it has reached.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/gate.hpp"
#include "core/hooks.hpp"
#include "core/lane.hpp"
#include "core/output.hpp"
#include "streams.hpp"

namespace gatepost::simulation {

inline constexpr std::size_t lane_steps = 5, gate_states = 5;
inline constexpr std::size_t lane_events = std::variant_size_v<core::Lane::Event>;
inline constexpr std::size_t gate_events = std::variant_size_v<core::Gate::Event>;
inline constexpr std::size_t output_steps = 11;
inline constexpr std::size_t output_events = std::variant_size_v<core::Output::Event>;

struct Coverage {
  std::map<std::string, std::uint64_t, std::less<>> probes{};
  std::array<std::array<std::uint64_t, lane_events>, lane_steps> lane{};
  std::array<std::array<std::array<std::uint64_t, gate_events>, gate_states>, 2> gate{};  ///< without and with a fire
  std::array<std::array<std::uint64_t, output_events>, output_steps> output{};

  // What follows on an event in a state: a bit for each state.
  std::array<std::array<std::uint8_t, lane_events>, lane_steps> lane_after{};
  std::array<std::array<std::array<std::uint8_t, gate_events>, gate_states>, 2> gate_after{};
  std::array<std::array<std::uint16_t, output_events>, output_steps> output_after{};

  void add(const Coverage& other);
};

class HookState {
 public:
  HookState(std::uint64_t seed, core::Mutant mutant) : seed_(seed), mutant_(mutant), fires_(seed, "buggify") {}
  void reached(std::string_view probe);
  bool mutant(core::Mutant which) const { return which == mutant_; }
  bool buggify(std::string_view place);
  void stop_buggify() { buggifies_ = false; }

  Coverage coverage{};

 private:
  const std::uint64_t seed_;
  const core::Mutant mutant_;
  Stream fires_;
  bool buggifies_ = true;
};

/// The run that the machines' hooks answer to now.
class HooksOf {
 public:
  explicit HooksOf(HookState& state);
  ~HooksOf();
  HooksOf(const HooksOf&) = delete;
  HooksOf& operator=(const HooksOf&) = delete;
};

core::Mutant mutant_of(std::string_view word);  ///< none: there is no such one
std::string_view to_word(core::Mutant mutant);

/// Whose simulation looks for a mutant.
enum class Room : std::uint8_t { lane_and_gate, output, commit_queue, journal, boards, real_journal };
std::vector<core::Mutant> mutants_of(Room room);

}  // namespace gatepost::simulation
