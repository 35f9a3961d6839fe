#include "checker_output.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;
using core::Output;

namespace {

struct OutputAlarms {
  const char *begins, *ends;
};
constexpr std::array output_alarms{
    OutputAlarms{"output_failing", "output_recovered"}, OutputAlarms{"output_hangs", "output_answers"},
    OutputAlarms{"dead_letter", "dead_letters_cleared"}, OutputAlarms{"output_refuses", "backlog_done"}};

std::string name_of(const RecordId& id) { return std::to_string(id.epoch) + "/" + std::to_string(id.sequence); }

}  // namespace

OutputChecker::OutputChecker(World& world) : world_(world), watches_(world.plan.outputs.size()) {}

void OutputChecker::fail(const char* invariant, int output, const std::string& what) const {
  throw Violation{invariant, "output " + std::to_string(output) + ": " + what};
}

// What a machine remembers goes with its process; what a receiver and the journal have stays.
void OutputChecker::new_life() {
  for (Watch& watch : watches_) {
    Watch next;
    next.moved = std::move(watch.moved);
    next.parked = std::move(watch.parked);
    next.passed_over = std::move(watch.passed_over);
    next.letters = std::move(watch.letters);
    next.refusals = std::move(watch.refusals);
    next.resent = watch.resent;
    watch = std::move(next);
  }
}

void OutputChecker::put_back() {
  was_put_back_ = true;
  for (Watch& watch : watches_) {
    watch.moved.clear();
    watch.letters.clear();
  }
}

// ---- Receivers

void OutputChecker::taken(int output, const Record& record) {
  Watch& watch = of(output);
  Receiver& receiver = world_.receiver(output);
  watch.in_a_row = 0;
  // It is told; what a carrier brings may have been sent by an engine that is dead.
  const bool is_carried = world_.plan.outputs[static_cast<std::size_t>(output)].on_their_way > 0;
  if (!is_carried && world_.faults.active(FaultKind::output_mute, output) == nullptr) watch.refusals.erase(record.id);
  if (receiver.take(record)) return;
  const auto known = world_.journal.history().find(record.id);
  const bool is_exempt = known != world_.journal.history().end() && (known->second.is_lost || known->second.is_copied);
  if (!was_put_back_ || (receiver.tells() && !is_exempt))
    fail("8 numbers", output, "Record " + name_of(record.id) + " is another one than it has under that number");
  core::reached("a receiver dropped a Record under a number that came twice");
}

void OutputChecker::refused(int output, const Record& record) { ++of(output).refusals[record.id]; }

// ---- Machines

void OutputChecker::before(OutputUnit& unit, const Output::Event& event) {
  Watch& watch = of(unit.number());
  watch.step = unit.machine().step();
  watch.looked = watch.cancelled = watch.must_look = watch.must_cancel = false;
  if (std::holds_alternative<Output::Stop>(event)) watch.stopping = true;
  if (std::holds_alternative<Output::Kick>(event)) kicked(unit);
  if (const auto* delivered = std::get_if<Output::Delivered>(&event)) {
    const Delivery& delivery = delivered->delivery;
    watch.asked_alone = delivery.error && delivery.retry_after > Duration::zero();
    if (watch.asked_alone)
      watch.left_alone = world_.scheduler.clocks().boot +
                         std::min(delivery.retry_after, unit.machine().settings().pace.longest_put_off);
  }
  if (const auto* kept = std::get_if<Output::Kept>(&event); kept != nullptr && watch.parking) {
    const RecordId id = *std::exchange(watch.parking, {});
    if (kept->result && watch.from == Output::From::records) ++watch.in_a_row;
    if (kept->result) watch.letters.insert(id);
  }
  if (const auto* newest = std::get_if<Output::Newest>(&event)) {
    watch.asked_alone = watch.left_alone && world_.scheduler.clocks().boot < *watch.left_alone;
    watch.saw_newest = newest->held.has_value();
  }
}

// A wait that nobody asked for ends, and what has been under way for long begins anew.
void OutputChecker::kicked(OutputUnit& unit) {
  Watch& watch = of(unit.number());
  if (watch.stopping) return;
  const auto& call = unit.call();
  const bool waits = watch.step == Output::Step::waiting;
  watch.must_look = waits && !watch.asked_alone;
  if (call && (call->of_sink || watch.step == Output::Step::probing)) watch.kick_pending = true;
  if (call && call->of_sink && !call->cancelled &&
      world_.scheduler.clocks().monotonic - call->monotonic >= unit.machine().settings().pace.nudge)
    watch.must_cancel = true;
}

void OutputChecker::emitted(OutputUnit& unit, const Output::Effect& effect) {
  Watch& watch = of(unit.number());
  const bool is_call =
      !std::holds_alternative<Output::MoveCursor>(effect) && !std::holds_alternative<Output::MoveBacklog>(effect) &&
      !std::holds_alternative<Output::Post>(effect) && !std::holds_alternative<Output::Cancel>(effect) &&
      !std::holds_alternative<Output::ReportDamage>(effect);
  if (watch.stopping && is_call) fail("16 machine", unit.number(), "a call is begun after the stop");
  if (std::holds_alternative<Output::Look>(effect)) {
    watch.looked = true;
    watch.kick_pending = false;
  }
  if (std::holds_alternative<Output::Cancel>(effect)) watch.cancelled = true;
  if (const auto* read = std::get_if<Output::Read>(&effect)) watch.from = read->from;
  if (const auto* deliver = std::get_if<Output::Deliver>(&effect)) check_batch(unit, *deliver);
  if (const auto* park = std::get_if<Output::Park>(&effect)) check_park(unit, *park);
  if (const auto* post = std::get_if<Output::Post>(&effect)) posted(unit, post->record);
  if (const auto* move = std::get_if<Output::MoveCursor>(&effect))
    check_moved(unit.number(), move->epoch, move->sequence);
  if (const auto* move = std::get_if<Output::MoveBacklog>(&effect)) {
    if (move->lost > 0) fail("10 delivery", unit.number(), "Records of a sound file are counted lost");
    const RecordId id{1, move->epoch, move->sequence};
    if (const auto refusals = watch.refusals.find(id);
        refusals != watch.refusals.end() && refusals->second >= unit.machine().settings().pace.refusals)
      watch.passed_over.insert(id);
    check_moved(unit.number(), move->epoch, move->sequence);
  }
}

// In order and without a gap, what was set aside first, nothing before the sink was asked, and not while it is to be
// left alone.
void OutputChecker::check_batch(OutputUnit& unit, const Output::Deliver& call) {
  Watch& watch = of(unit.number());
  if (watch.left_alone && world_.scheduler.clocks().boot < *watch.left_alone)
    fail("10 delivery", unit.number(), "Records are sent to a receiver that asked to be left alone");
  watch.left_alone.reset();
  if (call.batch->empty()) fail("10 delivery", unit.number(), "nothing is delivered");
  const auto most = world_.plan.outputs[static_cast<std::size_t>(unit.number())].on_their_way;
  if (most > 0 && watch.from == Output::From::records &&
      call.batch->back().id.sequence > unit.machine().cursor() + most)
    fail("10 delivery", unit.number(), "more is on its way than is to be");
  if (!watch.saw_newest) fail("9 noticed", unit.number(), "Records are sent before the sink was asked what it holds");
  for (std::size_t i = 1; i < call.batch->size(); ++i)
    if ((*call.batch)[i].id.epoch != (*call.batch)[0].id.epoch ||
        (*call.batch)[i].id.sequence != (*call.batch)[i - 1].id.sequence + 1)
      fail("10 delivery", unit.number(), "a gap in a batch before " + name_of((*call.batch)[i].id));
  const auto outlook = world_.journal.outlook(unit.name());
  if (outlook.backlog && call.batch->front().id.epoch == outlook.epoch &&
      !watch.parked.contains(call.batch->front().id) && unit.machine().settings().pace.batch > 0 &&
      outlook.backlog->epoch < outlook.epoch)
    fail("10 delivery", unit.number(), "what was set aside earlier has not been sent yet");
}

void OutputChecker::check_park(OutputUnit& unit, const Output::Park& call) {
  Watch& watch = of(unit.number());
  const RecordId id = call.batch->at(call.at).id;
  const auto& pace = unit.machine().settings().pace;
  const bool is_letter = watch.from == Output::From::letters;
  if (!is_letter && watch.refusals[id] < pace.refusals)
    fail("10 delivery", unit.number(),
         name_of(id) + " becomes a dead letter after " + std::to_string(watch.refusals[id]) + " refusals");
  if (!is_letter && watch.letters.contains(id)) fail("10 delivery", unit.number(), "a dead letter is parked again");
  if (is_letter && !watch.resent) fail("10 delivery", unit.number(), "a dead letter is parked again");
  if (!is_letter && watch.in_a_row >= pace.letters_in_a_row)
    fail("10 delivery", unit.number(), "a receiver that refuses everything makes dead letters of everything");
  watch.parked.insert(id);
  watch.parking = id;
}

void OutputChecker::posted(OutputUnit& unit, const Record& record) {
  Watch& watch = of(unit.number());
  for (const OutputAlarms& pair : output_alarms) {
    if (record.reason == pair.begins && !watch.alarms.insert(pair.begins).second)
      fail("15 bounds", unit.number(), "an alarm begins twice: " + record.reason);
    const bool by_a_run_before = record.reason == "dead_letters_cleared";
    if (record.reason == pair.ends && watch.alarms.erase(pair.begins) == 0 && !by_a_run_before)
      fail("15 bounds", unit.number(), "an alarm ends that has not begun: " + record.reason);
  }
  if (record.reason == "output_hangs") watch.told_hang = true;
  if (record.reason == "output_answers") watch.told_hang = false;
}

void OutputChecker::drained(OutputUnit& unit, const Output::Event&) {
  Watch& watch = of(unit.number());
  if (watch.must_look && !watch.looked)
    fail("10 delivery", unit.number(), "the network has changed, and the output waits on");
  if (watch.must_cancel && !watch.cancelled)
    fail("10 delivery", unit.number(), "the network has changed, and a delivery over the old one goes on");
  const Output::Step now = unit.machine().step();
  if (now == Output::Step::waiting && watch.kick_pending && !watch.asked_alone && watch.step != Output::Step::waiting &&
      !watch.stopping)
    fail("10 delivery", unit.number(), "the network has changed, and the output waits all the same");
  if (now == Output::Step::waiting) watch.kick_pending = false;
}

// No wait is longer than what a receiver may ask for.
void OutputChecker::idle(OutputUnit& unit) {
  const Output& machine = unit.machine();
  const auto& pace = machine.settings().pace;
  if (unit.call() || of(unit.number()).stopping) return;
  const auto due = machine.due();
  if (!due) fail("16 machine", unit.number(), "nothing is under way and nothing is due");
  if (*due - world_.scheduler.clocks().boot > std::max(pace.longest_put_off, pace.longest_wait))
    fail("10 delivery", unit.number(), "it waits longer than any receiver may ask for");
}

// A sink that has a batch for long without an answer is told of.
void OutputChecker::step() {
  Engine* engine = world_.engine();
  if (engine == nullptr || world_.scheduler.is_frozen() || !world_.scheduler.is_alive()) return;
  for (const auto& unit : engine->outputs()) {
    const auto& call = unit->call();
    Watch& watch = of(unit->number());
    if (!call || !call->of_sink || call->back || watch.told_hang || watch.stopping || unit->is_running()) continue;
    if (world_.scheduler.running() - call->running > unit->machine().settings().pace.alarm + 1s)
      fail("15 bounds", unit->number(), "a sink does not answer, and nobody is told");
  }
}

// ---- The journal

bool OutputChecker::is_settled(int output, const Kept& kept) const {
  const Watch& watch = watches_[static_cast<std::size_t>(output)];
  return world_.receiver(output).has_taken(kept.id, kept.hash) || watch.parked.contains(kept.id) ||
         watch.passed_over.contains(kept.id) || kept.is_lost;
}

// A cursor is never ahead of what its receiver has taken, and passes over nothing.
void OutputChecker::check_moved(int output, std::uint64_t epoch, std::uint64_t up_to) {
  std::uint64_t& from = of(output).moved[epoch];
  const auto& history = world_.journal.history();
  for (auto place = history.upper_bound({1, epoch, from});
       place != history.end() && place->first <= RecordId{1, epoch, up_to}; ++place)
    if (!is_settled(output, place->second))
      fail("10 delivery", output, "its cursor passes over Record " + name_of(place->first));
  from = std::max(from, up_to);
}

void OutputChecker::quiet() {
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    const int output = static_cast<int>(i);
    const bool drops = was_put_back_ && !world_.receiver(output).tells();
    for (const auto& [id, kept] : world_.journal.history())
      if (!kept.is_copied && !drops && !is_settled(output, kept))
        fail("18 delivered", output, "Record " + name_of(id) + " has not come, and is no dead letter");
  }
}

}  // namespace gatepost::simulation
