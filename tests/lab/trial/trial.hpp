// The trial of a site: is each device found, read, and does it act?
#pragma once

#include <map>
#include <string>

#include "trial/codes.hpp"
#include "trial/lane_gate.hpp"
#include "trial/report.hpp"

namespace gatepost::lab {

class Trial {
 public:
  /// All of them must outlive it; `engine` runs the site as it is on the workbench.
  Trial(const config::Site& site, Workbench& bench, Codes& codes, const SiteEngine& engine);

  Report run();

 private:
  void look_for(std::size_t device, Clock::time_point until);
  void try_input(const config::Lane& lane, const config::LaneInput& input);
  void try_simulated(const config::LaneInput& input);
  void try_scanner(const config::Lane& lane, const config::LaneInput& input);
  void try_button(const config::Lane& lane, const config::LaneInput& input);
  void try_alarm(const config::LaneInput& input);
  void look_at_outputs();

  std::optional<Row> scan(const config::Lane& lane, const config::LaneInput& input, const std::string& code);
  void wait_out_repeats(const config::Lane& lane, const std::string& code);
  void see_gate(LaneGate& gate, const config::LaneInput& input, const Row& attempt, std::size_t from);
  void note_moves(LaneGate& gate, const config::LaneInput& input, const Row& attempt, const Move& first);
  std::optional<Row> attempt_of(const std::string& device, std::size_t from, std::chrono::milliseconds within) const;

  std::size_t index_of(const std::string& device) const;
  Finding& finding(const std::string& device) { return report_.findings[index_of(device)]; }
  const Mention& mention_of(const std::string& device) const { return *place_of(bench_.plan(), index_of(device)); }

  const config::Site& site_;
  Workbench& bench_;
  Codes& codes_;
  const SiteEngine& engine_;
  Report report_;
  std::map<std::pair<std::string, std::string>, Clock::time_point> scanned_;  ///< by lane and code: when it was
};

}  // namespace gatepost::lab
