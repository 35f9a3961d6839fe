#include "trial/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <thread>

#include "trial/setting.hpp"
#include "world/guards.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 60s, simulated_patience = 10s, busy_patience = 5s,
               output_patience = 3s;  // an emulated machine is slow
constexpr int most_tries = 4;

bool is_alarm(const config::PluginUse& use) { return text_setting(use, "means") == "alarm"; }

Manner manner_of(const config::PluginUse& use) {
  Manner manner{.before = bytes_setting(use, "prefix"),
                .after = bytes_setting(use, "terminator"),
                .aim = setting<bool>(use, "aim"),
                .layout = text_setting(use, "layout")};
  if (text_setting(use, "framing") == "terminator" && manner.after.empty()) manner.after = "\r";
  return manner;
}

// Who is told one of these is no repeat, and may scan again at once.
bool is_to_scan_again(const std::string& reason) {
  constexpr std::array words{"damaged", "busy", "gate_not_ready", "late"};
  return std::ranges::find(words, reason) != words.end();
}

double milliseconds(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

/// Yes, unless it was a no before.
void add(Answer& answer, bool good) {
  if (!good)
    answer = Answer::no;
  else if (answer == Answer::not_asked)
    answer = Answer::yes;
}

}  // namespace

Trial::Trial(const config::Site& site, Workbench& bench, Codes& codes, const SiteEngine& engine)
    : site_(site), bench_(bench), codes_(codes), engine_(engine), report_(report_before(site, bench)) {}

Report Trial::run() {
  const auto until = Clock::now() + patience;
  for (std::size_t i = 0; i < site_.devices.size(); ++i) look_for(i, until);
  for (const bool alarms : {false, true})  // they come last, as they hold lanes open
    for (const auto& lane : site_.lanes)
      for (const auto& input : lane.inputs)
        if (is_alarm(site_.devices[index_of(input.device)]) == alarms) try_input(lane, input);
  look_at_outputs();
  return report_;
}

// Whatever was scanned, their board has shown it.
void Trial::look_at_outputs() {
  for (const auto& mention : bench_.plan().mentions) {
    if (!mention.is_output || mention.fate != Fate::played) continue;
    auto& one = *std::ranges::find(report_.findings.begin() + std::ssize(site_.devices), report_.findings.end(),
                                   use_of(site_, mention).instance.name, &Finding::device);
    Thing* board = bench_.thing(mention.part);
    const auto lit = [&] {
      std::optional<Move> first;
      if (board != nullptr)
        for (const auto& move : board->moves())
          if (move.on && !first) first = move;
      return first;
    };
    world::soon([&] { return lit().has_value(); }, output_patience);
    const auto first = lit();
    one.acted = first ? Answer::yes : Answer::no;
    one.notes.push_back(first ? first->what + " was switched on" +
                                    (first->wire.empty() ? "" : "; on the wire " + first->wire)
                              : "nothing was switched on; in its place stands: " + bench_.played(mention.part));
  }
}

// Where another thing hangs, nothing is waited for: the engine has looked, and says what it saw.
void Trial::look_for(std::size_t device, Clock::time_point until) {
  const auto* place = place_of(bench_.plan(), device);
  if (place == nullptr || place->fate == Fate::not_played) return;
  auto& one = report_.findings[device];
  const bool exchanged = place->fate == Fate::played && bench_.plan().parts[place->part].instead;
  const auto left = std::max<Clock::duration>(until - Clock::now(), 0s);
  const auto is_told = [&](const Row& row) {
    return row.kind == "device" && row.device == one.device && (row.reason == "up" || exchanged);
  };
  const auto told = engine_.next(0, is_told, std::chrono::duration_cast<std::chrono::milliseconds>(left));
  one.found = told && told->reason == "up" ? Answer::yes : Answer::no;
  if (one.found == Answer::yes) return;
  const auto any = engine_.next(
      0, [&](const Row& row) { return row.device == one.device; }, 0ms);
  one.notes.push_back("missing: " + (any ? any->detail : "the engine says nothing of it"));
  if (exchanged) one.notes.push_back("in its place stands: " + bench_.played(place->part));
}

void Trial::try_input(const config::Lane& lane, const config::LaneInput& input) {
  const auto* place = place_of(bench_.plan(), index_of(input.device));
  if (place == nullptr || finding(input.device).found != Answer::yes) return;
  const auto& use = site_.devices[place->device];
  if (place->fate == Fate::simulated) return try_simulated(input);
  if (std::string_view(use.plugin->name) != "contact") return try_scanner(lane, input);
  return is_alarm(use) ? try_alarm(input) : try_button(lane, input);
}

void Trial::try_simulated(const config::LaneInput& input) {
  auto& one = finding(input.device);
  const auto row = attempt_of(input.device, 0, simulated_patience);
  one.read = row ? Answer::yes : Answer::not_asked;
  one.notes.push_back(row ? "simulated, as it is: " + row->outcome + " " + row->reason
                          : "simulated, as it is: it gave nothing in 10 s");
}

void Trial::try_scanner(const config::Lane& lane, const config::LaneInput& input) {
  auto& one = finding(input.device);
  const std::string code = codes_.next(lane, input);
  wait_out_repeats(lane, code);
  LaneGate gate(site_, lane, bench_);
  const std::size_t from = engine_.rows().size();
  const auto attempt = scan(lane, input, code);
  if (!attempt) return;
  const bool shown = site_.journal.subjects == config::Privacy::clear;
  const bool damaged = attempt->reason == "damaged";
  one.read = damaged ? Answer::no : Answer::yes;
  one.notes.push_back(fmt::format("scanned {}: {} {}{}", shown ? code : "a code of the site", attempt->outcome,
                                  attempt->reason, damaged ? ", " + attempt->detail : ""));
  if (attempt->outcome == "deny" && !codes_.knows(lane, input))
    one.notes.push_back("no code is known that lane " + lane.name + " lets pass: name one with --code");
  see_gate(gate, input, *attempt, from);
}

// A repeat leaves no Record.
void Trial::wait_out_repeats(const config::Lane& lane, const std::string& code) {
  const auto last = scanned_.find({lane.name, code});
  if (last != scanned_.end()) std::this_thread::sleep_until(last->second + lane.rules.repeat_within + 100ms);
}

std::optional<Row> Trial::scan(const config::Lane& lane, const config::LaneInput& input, const std::string& code) {
  auto& one = finding(input.device);
  const auto& use = site_.devices[index_of(input.device)];
  Thing& thing = *bench_.thing(mention_of(input.device).part);
  std::optional<Row> attempt;
  for (int i = 0; i < most_tries; ++i) {
    // What comes at the heels of the opening, or of a damaged scan, may be the rest of another.
    std::this_thread::sleep_for(2 * time_setting(use, "idle"));
    const std::size_t from = engine_.rows().size();
    if (!input.direction && thing.scan(lane.rules.ask_in, manner_of(use))) {  // said before it is asked for
      std::this_thread::sleep_for(1s);
      thing.look_away();
      std::this_thread::sleep_for(2 * time_setting(use, "idle"));
    }
    const auto sent = thing.scan(code, manner_of(use));
    if (!sent) {
      one.read = Answer::no;
      one.notes.push_back("not scanned: " + to_line(sent.error()));
      return {};
    }
    attempt = attempt_of(input.device, from, patience);
    thing.look_away();
    scanned_[{lane.name, code}] = Clock::now();
    if (!attempt || !is_to_scan_again(attempt->reason)) break;
    if (attempt->reason == "busy")  // somebody before is still in the gate
      engine_.next(
          from, [&](const Row& row) { return row.kind == "passage" && row.lane == lane.name; }, busy_patience);
  }
  if (attempt) return attempt;
  one.read = Answer::no;
  one.notes.emplace_back("a code was scanned, and nothing was read within a minute");
  return {};
}

void Trial::try_button(const config::Lane& lane, const config::LaneInput& input) {
  auto& one = finding(input.device);
  LaneGate gate(site_, lane, bench_);
  const std::size_t from = engine_.rows().size();
  bench_.contact(mention_of(input.device), true);
  const auto pressed = attempt_of(input.device, from, patience);
  bench_.contact(mention_of(input.device), false);
  one.read = pressed ? Answer::yes : Answer::no;
  one.notes.push_back(pressed ? "pressed: " + pressed->outcome + " " + pressed->reason
                              : "pressed, and nothing was seen within a minute");
  if (pressed) see_gate(gate, input, *pressed, from);
}

void Trial::try_alarm(const config::LaneInput& input) {
  auto& one = finding(input.device);
  std::vector<std::pair<std::string, LaneGate>> gates;
  for (const auto& lane : site_.lanes)
    if (lane.rules.opens_on_alarm)
      if (LaneGate gate(site_, lane, bench_); gate.is_played()) gates.emplace_back(lane.name, gate);
  const std::size_t from = engine_.rows().size();
  const auto is_told = [&](const std::string& reason) {
    return engine_
        .next(
            from, [&](const Row& row) { return row.reason == reason && row.device == input.device; }, patience)
        .has_value();
  };
  bench_.contact(mention_of(input.device), true);
  add(one.read, is_told("alarm"));
  one.notes.emplace_back(one.read == Answer::yes ? "closed: alarm" : "closed, and no alarm was told within a minute");
  for (auto& [lane, gate] : gates) {
    const bool opened = gate.opens().has_value();
    one.notes.push_back("lane " + lane + (opened ? " was opened" : " was not opened"));
    add(one.acted, opened);
    add(report_.findings[gate.device()].acted, opened);
  }
  bench_.contact(mention_of(input.device), false);
  if (one.read != Answer::yes || is_told("all_clear")) return;
  one.read = Answer::no;
  one.notes.emplace_back("opened again, and the alarm went on for a minute");
}

void Trial::see_gate(LaneGate& gate, const config::LaneInput& input, const Row& attempt, std::size_t from) {
  if (!gate.is_played() && !gate.is_simulated()) return;
  auto& who = finding(input.device);
  auto& its = report_.findings[gate.device()];
  if (attempt.outcome != "grant") return add(who.acted, false);
  if (gate.is_simulated()) {
    const bool passed = gate.somebody_passes(engine_, from, way_of(input));
    who.notes.emplace_back(passed ? "somebody passed the simulated gate" : "what the simulated gate did is not seen");
    if (passed) who.acted = its.acted = Answer::yes;
    return;
  }
  const auto first = gate.opens();
  add(who.acted, first.has_value());
  add(its.acted, first.has_value());
  if (!first) return who.notes.push_back("granted, and " + its.device + " did not move within 30 s");
  const bool passed = gate.somebody_passes(engine_, from, way_of(input));
  note_moves(gate, input, attempt, *first);
  if (!gate.has_played_sensor(way_of(input))) return;
  add(its.acted, passed);
  its.notes.emplace_back(passed ? "its sensor saw somebody pass"
                                : "its sensor was closed, and nobody was seen to pass");
}

void Trial::note_moves(LaneGate& gate, const config::LaneInput& input, const Row& attempt, const Move& first) {
  auto& its = report_.findings[gate.device()];
  const auto back = gate.shuts(first);
  const Clock::time_point seen{std::chrono::nanoseconds(attempt.at_ns)};
  std::string note = fmt::format("{} by {}: {} went {} {:.1f} ms after the scan", to_word(way_of(input)), input.device,
                                 first.what, first.on ? "on" : "off", milliseconds(first.at - seen));
  note += back ? fmt::format(", back after {:.0f} ms", milliseconds(back->at - first.at)) : ", and did not come back";
  if (!first.wire.empty()) note += "; on the wire " + first.wire;
  its.notes.push_back(std::move(note));
  add(its.acted, back.has_value());
}

std::optional<Row> Trial::attempt_of(const std::string& device, std::size_t from,
                                     std::chrono::milliseconds within) const {
  return engine_.next(
      from, [&](const Row& row) { return row.kind == "attempt" && row.device == device; }, within);
}

std::size_t Trial::index_of(const std::string& device) const {
  const auto found = std::ranges::find_if(site_.devices, [&](const auto& use) { return use.instance.name == device; });
  return static_cast<std::size_t>(found - site_.devices.begin());
}

}  // namespace gatepost::lab
