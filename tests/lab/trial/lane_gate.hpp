// A lane's gate in a trial: what its board does after a scan, and somebody who passes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trial/site_engine.hpp"
#include "trial/site_here.hpp"

namespace gatepost::lab {

class LaneGate {
 public:
  /// What its board does from now on counts.
  LaneGate(const config::Site& site, const config::Lane& lane, Workbench& bench);

  bool exists() const { return use_ != nullptr; }  ///< else the lane moves nothing
  bool is_simulated() const { return board_ != nullptr && board_->fate == Fate::simulated; }
  bool is_played() const { return thing_ != nullptr; }
  std::size_t device() const { return device_; }  ///< in Site::devices
  bool has_played_sensor(Direction direction) const;

  /// Waits for its first move.
  std::optional<Move> opens() const;
  /// Waits until what moved first has moved back.
  std::optional<Move> shuts(const Move& first) const;

  /// Somebody passes: the sensor, where one is played, closes and opens until the engine has told what became of the
  /// passage. True: he was seen.
  bool somebody_passes(const SiteEngine& engine, std::size_t from, Direction direction);

 private:
  std::vector<Move> moves() const;
  bool has_sensor() const;
  void close_sensor(Direction direction, bool closed);
  std::string sensor_key(Direction direction) const;

  const config::Lane& lane_;
  Workbench& bench_;
  const config::PluginUse* use_ = nullptr;
  std::size_t device_ = 0, moved_ = 0;
  const Mention* board_ = nullptr;
  Thing* thing_ = nullptr;
};

}  // namespace gatepost::lab
