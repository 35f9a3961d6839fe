#include "api/status.hpp"

#include "api/seconds.hpp"

#include <unistd.h>

#include <array>
#include <boost/json/array.hpp>
#include <filesystem>
#include <gatepost/support/rfc3339.hpp>

#include "supervisor/journal_size.hpp"

namespace gatepost::api {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

value text_or_null(const std::string& text) { return text.empty() ? value() : value(text); }

std::string_view word_of(const std::optional<core::GateState>& gate) { return gate ? to_word(*gate) : "none"; }

std::string_view word_of(supervisor::ServiceRunner::State state) {
  constexpr std::array words{"starting", "up", "waiting"};
  return words.at(static_cast<std::size_t>(state));
}

std::string_view word_of(supervisor::InputRunner::Presence presence) {
  return presence == supervisor::InputRunner::Presence::up     ? "up"
         : presence == supervisor::InputRunner::Presence::down ? "down"
                                                               : "unknown";
}

// What a device that asks in or out was told last, as long as it counts.
void add_direction(object& told, const core::DirectionQuestions::State& state) {
  if (state.asks) told["asks_for"] = seconds(state.left);
  if (!state.direction) return;
  told["direction"] = to_word(*state.direction);
  told["direction_for"] = seconds(state.left);
}

}  // namespace

object Status::lane(const supervisor::RunningSite::Vitals::OfLane& lane) const {
  object told{{"name", lane.name},
              {"gate", word_of(lane.now.gate)},
              {"waiting", lane.now.waiting},
              {"dropped", lane.now.dropped}};
  const auto scan = recent_.last_scan(lane.name);
  if (!scan) {
    told["last_scan"] = nullptr;
    return told;
  }
  told["last_scan"] = object{
      {"ago", seconds(clock_.wall() - scan->wall)}, {"device", scan->device}, {"direction", to_word(scan->direction)},
      {"outcome", to_word(scan->outcome)},          {"reason", scan->reason}, {"record", scan->sequence}};
  return told;
}

object Status::actuator(const supervisor::RunningSite::Vitals::OfLane& lane) const {
  const auto& [last_rest, since] = lane.now.presence;
  object told{{"name", lane.now.actuator}, {"lane", lane.name}};
  told["state"] = !last_rest ? "unknown" : *last_rest ? "up" : "down";
  told["detail"] = !last_rest || *last_rest ? value() : value(to_line(last_rest->error()));
  told["since"] = last_rest ? value(seconds(clock_.now() - since)) : value();
  return told;
}

object Status::input(const supervisor::InputRunner::Vitals& input) const {
  object told{{"name", input.device},
              {"lane", input.lane},
              {"state", word_of(input.presence)},
              {"detail", text_or_null(input.detail)},
              {"restarts", input.restarts},
              {"ignored", input.ignored}};
  const auto& [count, who, why, at] = input.refused;
  told["refused"] =
      count == 0 ? value()
                 : value(object{{"count", count}, {"who", who}, {"why", why}, {"ago", seconds(clock_.now() - at)}});
  told["since"] = input.presence == supervisor::InputRunner::Presence::unknown
                      ? value()
                      : value(seconds(clock_.now() - input.since));
  return told;
}

object Status::output(const runtime::Progress& progress) const {
  object told{{"name", progress.sink},
              {"cursor", progress.cursor},
              {"backlog", progress.backlog},
              {"dead_letters", progress.dead_letters}};
  told["trouble"] = progress.trouble ? value(to_line(*progress.trouble)) : value();
  told["troubled_for"] = progress.trouble ? value(seconds(clock_.now() - progress.troubled_since)) : value();
  told["put_off_until"] =
      progress.put_off_for ? value(support::rfc3339(clock_.wall() + *progress.put_off_for)) : value();
  told["delivering_for"] =
      progress.delivering_since ? value(seconds(clock_.now() - *progress.delivering_since)) : value();
  return told;
}

object Status::clock() const {
  const ClockState state = clock_.state();
  object told{{"wall", support::rfc3339(clock_.wall())}, {"source", to_word(state.source)}};
  told["bound"] = state.bound == Duration::max() ? value() : value(seconds(state.bound));
  return told;
}

object Status::journal(const config::Journal& settings, const supervisor::RunningSite::Vitals& vitals) const {
  object told{{"file", settings.file.string()},
              {"bytes", supervisor::size_of_journal(settings.file)},
              {"most_bytes", settings.max_size.bytes},
              {"epoch", vitals.last.epoch},
              {"last", vitals.last.sequence}};
  std::error_code failed;
  const auto space = std::filesystem::space(settings.file.parent_path(), failed);
  told["disk_free"] = failed ? value() : value(space.available);
  told["disk_size"] = failed ? value() : value(space.capacity);
  return told;
}

object Status::alarms() const {
  array last, now;
  for (const auto& alarm : running_.alarms())
    now.push_back(object{{"object", alarm.object},
                         {"name", alarm.name},
                         {"for", seconds(clock_.now() - alarm.since)},
                         {"error", to_line(alarm.error)}});
  for (const auto& alarm : recent_.alarms())
    last.push_back(object{{"ago", seconds(clock_.wall() - alarm.wall)},
                          {"lane", text_or_null(alarm.lane)},
                          {"reason", alarm.reason},
                          {"text", alarm.text},
                          {"record", alarm.sequence}});
  return {{"count", recent_.alarm_count()}, {"last", std::move(last)}, {"active", std::move(now)}};
}

array Status::services() const {
  array all;
  const Services* services = services_.load();
  if (services == nullptr) return all;
  for (const auto& one : services->vitals()) {
    object told{{"name", one.name},
                {"plugin", one.plugin},
                {"state", word_of(one.state)},
                {"since", seconds(clock_.now() - one.since)},
                {"restarts", one.runs == 0 ? 0 : one.runs - 1}};
    told["process"] = one.pid > 0 ? value(one.pid) : value();
    told["trouble"] = one.trouble ? value(to_line(*one.trouble)) : value();
    all.push_back(std::move(told));
  }
  return all;
}

object Status::answer() const {
  const auto vitals = running_.vitals();
  const auto site = running_.site();
  array lanes, inputs, actuators, outputs;
  for (const auto& one : vitals.lanes) {
    lanes.push_back(lane(one));
    if (!one.now.actuator.empty()) actuators.push_back(actuator(one));
  }
  for (const auto& one : vitals.inputs) {
    inputs.push_back(input(one));
    for (const auto& lane : vitals.lanes)
      for (const auto& state : lane.now.directions)
        if (lane.name == one.lane && state.device == one.device) add_direction(inputs.back().as_object(), state);
  }
  array contents;
  for (const auto& one : running_.contents())
    contents.push_back(object{{"object", one.object}, {"file", one.file}, {"text", one.text}});
  for (const auto& one : vitals.outputs) outputs.push_back(output(one));
  return {{"checkpoint", site->checkpoint.code},
          {"name", site->checkpoint.name},
          {"process", ::getpid()},
          {"uptime", seconds(clock_.now() - started_)},
          {"lanes", std::move(lanes)},
          {"inputs", std::move(inputs)},
          {"actuators", std::move(actuators)},
          {"outputs", std::move(outputs)},
          {"services", services()},
          {"contents", std::move(contents)},
          {"journal", journal(site->journal, vitals)},
          {"clock", clock()},
          {"alarms", alarms()}};
}

}  // namespace gatepost::api
