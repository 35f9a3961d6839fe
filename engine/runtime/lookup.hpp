// What a lane would answer to a code, asked without anybody there: no Record, no command, nothing reserved or learned.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/answer.hpp"
#include "core/gate_state.hpp"
#include "runtime/lane.hpp"

namespace gatepost::runtime {

/// Who is looked up: as a device of the lane would give it now.
struct LookupQuery {
  std::string lane{};  ///< empty: the site's only one
  std::string code{};
  std::string symbology{};
  std::optional<Credential> known{};     ///< in place of a code: what the format of that name would have made of one
  std::optional<Direction> direction{};  ///< none: that of the lane's first input; in where it asks
};

struct Lookup {
  std::string lane{};
  Direction direction = Direction::in;
  core::Answer answer{};
  std::optional<Record> record{};  ///< what would be kept of it, without what the journal gives it; subject in clear
  core::GateState gate = core::GateState::unknown;
  bool has_gate = false;
  /// In the order in which they were asked; who comes after the one that decided is not asked.
  std::vector<std::pair<std::string, Result<std::optional<Credential>>>> formats{};
  std::vector<std::pair<std::string, Result<Decision>>> policies{};
  std::vector<std::string> not_asked{};  ///< policies

  /// "policy staff_list", "gate door", …: whose word the outcome is.
  std::string decided_by() const;
};

/// Walks the lane's own machine down the road of a scan. `gate`: as it is now. Calls the formats and policies of
/// `parts` on this thread; of `parts` nothing but them and the clock is used.
Lookup look_up(const config::Lane& settings, const Parts& parts, const LookupQuery& query, core::GateState gate,
               const std::function<std::string(std::string_view)>& subject_key);

}  // namespace gatepost::runtime
