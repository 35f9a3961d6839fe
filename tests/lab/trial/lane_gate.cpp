#include "trial/lane_gate.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "trial/setting.hpp"
#include "world/guards.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 30s;                     // an emulated machine is slow
constexpr std::chrono::milliseconds walk = 300ms;  // to the sensor, and past it
constexpr std::string_view own_input = "board:";

}  // namespace

LaneGate::LaneGate(const config::Site& site, const config::Lane& lane, Workbench& bench) : lane_(lane), bench_(bench) {
  if (lane.actuator.empty()) return;
  const auto use =
      std::ranges::find_if(site.devices, [&](const auto& its) { return its.instance.name == lane.actuator; });
  device_ = static_cast<std::size_t>(use - site.devices.begin());
  use_ = &*use;
  board_ = place_of(bench.plan(), device_);
  if (board_ != nullptr && board_->fate == Fate::played) thing_ = bench.thing(board_->part);
  if (thing_ != nullptr) moved_ = thing_->moves().size();
}

// Those that changed something: a gate is told to rest again when a device has come, and that may be just now.
std::vector<Move> LaneGate::moves() const {
  std::map<std::string, bool> stands;
  std::vector<Move> changes;
  std::size_t number = 0;
  for (const Move& move : thing_->moves()) {
    const bool changed = std::exchange(stands[move.what], move.on) != move.on;
    if (number++ >= moved_ && changed) changes.push_back(move);
  }
  return changes;
}

std::optional<Move> LaneGate::opens() const {
  world::soon([&] { return !moves().empty(); }, patience);
  const auto all = moves();
  return all.empty() ? std::nullopt : std::optional(all.front());
}

std::optional<Move> LaneGate::shuts(const Move& first) const {
  std::optional<Move> back;
  const auto moved_back = [&] {
    for (const auto& move : moves())
      if (move.what == first.what && move.on != first.on) back = move;
    return back.has_value();
  };
  const auto open = std::max(time_setting(*use_, "passage_timeout"), time_setting(*use_, "pulse"));
  world::soon(moved_back, open + patience);
  return back;
}

std::string LaneGate::sensor_key(Direction direction) const {
  std::string own = direction == Direction::in ? "sensor_in" : "sensor_out";
  return text_setting(*use_, own).empty() ? "sensor" : own;
}

bool LaneGate::has_sensor() const {
  return std::ranges::any_of(std::array{"sensor", "sensor_in", "sensor_out"},
                             [&](const char* key) { return !text_setting(*use_, key).empty(); });
}

bool LaneGate::has_played_sensor(Direction direction) const {
  const auto key = sensor_key(direction);
  if (text_setting(*use_, key).starts_with(own_input)) return thing_ != nullptr;
  const auto* mention = bench_.plan().find(device_, key);
  return mention != nullptr && mention->fate == Fate::played;
}

void LaneGate::close_sensor(Direction direction, bool closed) {
  const auto key = sensor_key(direction);
  const auto text = text_setting(*use_, key);
  if (text.starts_with(own_input))
    thing_->contact(std::atoi(text.c_str() + own_input.size()), closed);
  else
    bench_.contact(*bench_.plan().find(device_, key), closed);
}

// A sensor closes for a moment. On a machine that is too busy to have looked by then he walks once more.
bool LaneGate::somebody_passes(const SiteEngine& engine, std::size_t from, Direction direction) {
  if (!has_sensor()) return false;
  const bool played = has_played_sensor(direction);
  const auto is_over = [&](const Row& row) { return row.kind == "passage" && row.lane == lane_.name; };
  const auto until = Clock::now() + time_setting(*use_, "passage_timeout") + patience;
  std::optional<Row> over;
  while (!over && Clock::now() < until) {
    over = engine.next(from, is_over, walk);
    if (played && !over) close_sensor(direction, true);
    if (!over) over = engine.next(from, is_over, walk);
    if (played) close_sensor(direction, false);
  }
  return over && over->reason == "seen";
}

}  // namespace gatepost::lab
