// A plan out of a seed. Each seed leaves about half of the fault kinds out and draws how many of the others there are,
// so that runs differ in kind and not in noise alone.
#include <algorithm>
#include <chrono>

#include "plan.hpp"
#include "streams.hpp"

namespace gatepost::simulation {
namespace {

using namespace std::chrono_literals;

// Of which any lane may have one.
constexpr std::size_t fault_kinds_of_all = static_cast<std::size_t>(FaultKind::guard_killed);

Duration spread(Stream& random, Duration low, Duration high) {
  return Duration(random.spread(low.count(), high.count()));
}

// Round numbers read better in a plan that is kept.
Duration round_to_ms(Duration time) { return std::chrono::duration_cast<std::chrono::milliseconds>(time); }

LanePlan draw_lane(Stream random) {
  LanePlan lane;
  lane.fail_open = random.one_in(6);
  lane.output = !random.one_in(4);
  lane.formats = static_cast<int>(random.between(1, 3));
  lane.policies = static_cast<int>(random.between(1, 3));
  lane.repeat = random.one_in(4) ? 0s : round_to_ms(spread(random, 500ms, 8s));
  lane.policy_timeout = round_to_ms(spread(random, 50ms, 1s));
  lane.record_deadline = round_to_ms(spread(random, 200ms, 3s));
  lane.actuator_deadline = round_to_ms(spread(random, 200ms, 2s));
  lane.board = static_cast<Board>(random.below(3));
  lane.passage = round_to_ms(spread(random, 1s, 8s));
  lane.pulse = lane.board == Board::pulse ? round_to_ms(spread(random, 200ms, lane.passage))
                                          : lane.passage + round_to_ms(spread(random, 2s, 60s));
  lane.again = round_to_ms(spread(random, 200ms, 8s));
  lane.timeout = round_to_ms(spread(random, 50ms, 800ms));
  lane.sensor = !random.one_in(5);
  return lane;
}

// A stream of its own, so that no other draw is another for it.
WireKind draw_wire(Stream random, Board board) {
  if (!random.one_in(3)) return WireKind::none;
  return static_cast<WireKind>(random.between(1, board == Board::pulse ? 2 : 3));  // an LCUS board times no pulse
}

// A board that serves few, and is slow to find out that one of them is gone.
void draw_clients(Stream random, LanePlan& lane) {
  if (lane.wire != WireKind::tcp || !random.one_in(3)) return;
  lane.clients = static_cast<int>(random.between(1, 2));
  lane.forgets = round_to_ms(spread(random, 1s, 60s));
}

// What costs a run the more the shorter the time between two looks is.
void draw_look(Stream random, LanePlan& lane) {
  if (random.one_in(2)) lane.look = round_to_ms(spread(random, 2s, 10min));
}

void draw_asking(Stream random, LanePlan& lane) {
  if (!random.one_in(5)) return;
  lane.ask = round_to_ms(spread(random, 2s, 20s));
  if (random.one_in(3)) lane.stays = round_to_ms(spread(random, 1s, 10min));
}

OutputPlan draw_output(Stream random) {
  OutputPlan output;
  output.tells = !random.one_in(3);
  if (random.one_in(2)) output.batch = static_cast<std::size_t>(random.between(1, 20));
  output.refusals = static_cast<std::uint32_t>(random.between(1, 5));
  output.in_a_row = static_cast<std::uint32_t>(random.between(1, 6));
  if (random.one_in(2)) output.most_letters = static_cast<std::uint64_t>(random.between(1, 12));
  output.alarm = round_to_ms(spread(random, 5s, 60s));
  return output;
}

// By a stream of its own, so that a seed is what it was but for it.
void draw_carrier(Stream random, OutputPlan& output) {
  if (random.one_in(3)) output.on_their_way = static_cast<std::uint64_t>(random.between(1, 40));
}

Card draw_card(Stream& random) {
  if (!random.one_in(3)) return Card::good;
  const auto card = static_cast<Card>(random.below(10));
  return card == Card::member ? Card::once : card;
}

Act draw_act(Stream& random, const Plan& plan) {
  Act act;
  act.at = round_to_ms(Duration(random.between(0, plan.length.count())));
  act.lane = static_cast<int>(random.below(plan.lanes.size()));
  act.press = random.one_in(12);
  act.card = draw_card(random);
  act.person = static_cast<int>(random.below(5));
  act.held = random.one_in(10) ? spread(random, 1ms, 5s) : spread(random, 10us, 2ms);
  if (!random.one_in(4)) act.passes = round_to_ms(spread(random, 100ms, 6s));
  return act;
}

void draw_people(Stream random, Plan& plan) {
  const auto scans = random.spread(4, 120);
  for (int i = 0; i < scans; ++i) {
    plan.people.push_back(draw_act(random, plan));
    // Shows the card again and again.
    const Act act = plan.people.back();
    if (random.one_in(5))
      for (auto again = random.between(1, 4); again > 0; --again) {
        plan.people.push_back(act);
        plan.people.back().at += Duration(static_cast<std::int64_t>(again) * random.spread(50'000'000, 2'000'000'000));
      }
  }
  // Two lanes and one quota at one instant, or nearly.
  for (auto pairs = random.between(0, 3); pairs > 0; --pairs) {
    Act act = draw_act(random, plan);
    act.press = false;
    act.card = Card::once;
    plan.people.push_back(act);
    act.lane = static_cast<int>(random.below(plan.lanes.size()));
    act.at += random.one_in(2) ? Duration{} : spread(random, 1us, 50ms);
    plan.people.push_back(act);
  }
  if (random.one_in(20)) {  // a device that scans by itself
    const Act act = draw_act(random, plan);
    for (int i = 0; i < 150; ++i) {
      plan.people.push_back(act);
      plan.people.back().person = 10 + i;
      plan.people.back().at += std::chrono::milliseconds(i);
    }
  }
}

// Few people who come and go, often two at one instant. By a stream of its own, so that a seed is what it was but for
// it.
void draw_members(Stream random, Plan& plan) {
  if (!random.one_in(3)) return;
  for (auto scans = random.spread(10, 60); scans > 0; --scans) {
    Act act = draw_act(random, plan);
    act.press = false;
    act.card = Card::member;
    act.person = static_cast<int>(20 + random.below(6));
    act.out = random.one_in(3);
    plan.people.push_back(act);
    if (!random.one_in(3)) continue;
    act.lane = static_cast<int>(random.below(plan.lanes.size()));
    act.at += random.one_in(2) ? Duration{} : spread(random, 1us, 50ms);
    if (random.one_in(2)) act.person = static_cast<int>(20 + random.below(6));
    plan.people.push_back(act);
  }
}

// Whoever scans where it is asked says which way he goes, most of the time in time; or he, or somebody, has said so
// before.
void draw_directions(Stream random, Plan& plan) {
  const std::size_t people = plan.people.size();
  for (std::size_t i = 0; i < people; ++i) {
    Act act = plan.people[i];
    const Duration ask = plan.lanes[static_cast<std::size_t>(act.lane)].ask;
    if (ask == 0s || act.press || random.one_in(8)) continue;
    act.card = Card::direction;
    act.out = act.out || random.one_in(3);
    act.held = random.one_in(12) ? spread(random, 1ms, 5s) : spread(random, 10us, 2ms);
    act.at += random.one_in(6) ? -spread(random, 1ms, ask) : act.held + spread(random, 50ms, ask + ask / 4);
    act.at = std::max(act.at, Duration(0s));
    plan.people.push_back(act);
    if (!random.one_in(6)) continue;  // the posted code is read twice
    act.at += spread(random, 10ms, 4s);
    plan.people.push_back(act);
  }
}

// About where somebody is on the way, half of the time: faults are to meet them.
Duration draw_moment(Stream& random, const Plan& plan) {
  // Or about where another fault begins or ends: troubles come together.
  if (!plan.faults.empty() && random.one_in(3)) {
    const Fault& other = plan.faults[random.below(plan.faults.size())];
    if (other.effect == 0) return other.at + (random.one_in(2) ? other.length : Duration{}) + spread(random, 1us, 3s);
  }
  if (random.one_in(3) || plan.people.empty()) return round_to_ms(Duration(random.between(0, plan.length.count())));
  const Act& near = plan.people[random.below(plan.people.size())];
  if (random.one_in(4)) return near.at + near.held / 2;
  return near.at + near.held + (random.one_in(2) ? spread(random, 1us, 20ms) : spread(random, 1ms, 4s));
}

Duration draw_length(Stream& random, FaultKind kind) {
  switch (kind) {
    case FaultKind::freeze:
    case FaultKind::sleep:
      return random.one_in(10) ? spread(random, 1min, 48h) : spread(random, 10ms, 30s);
    case FaultKind::wall_leap:
      return spread(random, 1s, 24h * 365 * 40);
    case FaultKind::kill:
    case FaultKind::stop:
    case FaultKind::lane_gone:
      return spread(random, 10ms, 30s);
    case FaultKind::board_freezes:
      return random.one_in(4) ? spread(random, 10ms, 60s) : spread(random, 10ms, 10s);
    case FaultKind::board_slow:
    case FaultKind::disk_slow:
      return spread(random, 10ms, 6s);
    case FaultKind::power_cut:
    case FaultKind::put_back:
      return spread(random, 10ms, 30s);
    case FaultKind::output_slow:
      return spread(random, 10ms, 3s);
    case FaultKind::output_hangs:
    case FaultKind::output_refuses_all:
      return spread(random, 1s, 20min);
    default:
      return random.one_in(10) ? spread(random, 30s, 20min) : spread(random, 20ms, 20s);
  }
}

Fault draw_fault(Stream& random, const Plan& plan, FaultKind kind) {
  Fault fault;
  fault.kind = kind;
  const std::size_t targets = is_of_output(kind) ? plan.outputs.size() : plan.lanes.size();
  fault.lane = static_cast<int>(random.below(targets));
  fault.at = draw_moment(random, plan);
  if (random.one_in(4)) {
    fault.effect = static_cast<std::uint64_t>(random.between(1, static_cast<std::int64_t>(plan.people.size()) * 8));
    fault.after = random.one_in(2);
    fault.at = {};
  }
  fault.length = draw_length(random, kind);
  fault.value = random.one_in(4) ? 1 : 0;
  return fault;
}

void draw_faults(Stream random, Plan& plan) {
  const auto rate = random.spread(1, 12);
  for (std::size_t kind = 0; kind < fault_kinds_of_all; ++kind) {
    if (random.one_in(2)) continue;
    if (is_of_output(static_cast<FaultKind>(kind)) && plan.outputs.empty()) continue;
    for (auto count = random.between(0, rate); count > 0; --count)
      plan.faults.push_back(draw_fault(random, plan, static_cast<FaultKind>(kind)));
  }
}

// Those that only a lane with a wire has.
void draw_wire_faults(Stream random, Plan& plan, int number) {
  const LanePlan& lane = plan.lanes[static_cast<std::size_t>(number)];
  if (lane.wire == WireKind::none || random.one_in(2)) return;
  const auto rate = random.spread(1, 6);
  const auto draw = [&](FaultKind kind) {
    for (auto count = random.between(0, rate); count > 0; --count) {
      plan.faults.push_back(draw_fault(random, plan, kind));
      plan.faults.back().lane = number;
    }
  };
  if (lane.board == Board::guarded && !random.one_in(3)) draw(FaultKind::guard_killed);
  if (lane.board == Board::guarded && !random.one_in(3)) draw(FaultKind::guard_freezes);
  if (lane.wire != WireKind::lcus && !random.one_in(3)) draw(FaultKind::board_freezes);
}

void draw_hand_switch(Stream random, Plan& plan, int number) {
  if (plan.lanes[static_cast<std::size_t>(number)].look == 0s || random.one_in(2)) return;
  for (auto count = random.spread(1, 6); count > 0; --count) {
    plan.faults.push_back(draw_fault(random, plan, FaultKind::board_switched));
    plan.faults.back().lane = number;
  }
}

}  // namespace

Plan draw_plan(std::uint64_t seed) {
  Stream random(seed, "plan");
  Plan plan;
  plan.why = "drawn from seed " + std::to_string(seed);
  plan.seed = seed;
  // One in eight has no fault, one in eight a single one at an effect, in turn.
  const std::uint64_t kind = seed % 8;
  plan.length = round_to_ms(kind == 1 ? Duration(20s) : spread(random, 20s, 4h));
  const auto lanes = random.between(1, kind == 1 ? 1 : 4);
  for (int i = 0; i < lanes; ++i) {
    plan.lanes.push_back(draw_lane({seed, "lane", static_cast<std::uint64_t>(i)}));
    plan.lanes.back().wire = draw_wire({seed, "wire of", static_cast<std::uint64_t>(i)}, plan.lanes.back().board);
    draw_clients({seed, "clients of", static_cast<std::uint64_t>(i)}, plan.lanes.back());
    draw_look({seed, "look of", static_cast<std::uint64_t>(i)}, plan.lanes.back());
    draw_asking({seed, "asking of", static_cast<std::uint64_t>(i)}, plan.lanes.back());
  }
  plan.disk = seed / 8 % 2 == 1;
  const auto outputs = random.between(kind == 1 ? 1 : 0, 3);
  for (int i = 0; i < outputs; ++i)
    plan.outputs.push_back(draw_output({seed, "output", static_cast<std::uint64_t>(i)}));
  for (std::size_t i = 0; i < plan.outputs.size(); ++i) draw_carrier({seed, "carrier", i}, plan.outputs[i]);
  if (kind == 1) {
    plan.people.push_back(draw_act(random, plan));
    plan.people.back().at = 5s;
    plan.people.back().card = Card::good;
    draw_directions({seed, "directions"}, plan);
    Stream single(seed, "fault");
    Fault fault = draw_fault(single, plan, static_cast<FaultKind>(seed / 8 % fault_kinds_of_all));
    fault.effect = 1 + seed / 8 / fault_kinds_of_all % 30;
    fault.after = seed / 8 / fault_kinds_of_all / 30 % 2 == 1;
    fault.at = {};
    plan.faults.push_back(fault);
    return plan;
  }
  draw_people({seed, "people"}, plan);
  draw_members({seed, "members"}, plan);
  draw_directions({seed, "directions"}, plan);
  if (kind != 0) {
    draw_faults({seed, "faults"}, plan);
    for (int i = 0; i < lanes; ++i) {
      draw_wire_faults({seed, "wire faults", static_cast<std::uint64_t>(i)}, plan, i);
      draw_hand_switch({seed, "hand switch", static_cast<std::uint64_t>(i)}, plan, i);
    }
  }
  return plan;
}

}  // namespace gatepost::simulation
