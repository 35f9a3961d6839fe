#include "core/direction_questions.hpp"

#include <algorithm>
#include <utility>

#include "core/hooks.hpp"

namespace gatepost::core {

std::optional<Direction> DirectionQuestions::direction_of(std::string_view payload) const {
  if (payload == codes_.in) return Direction::in;
  if (payload == codes_.out) return Direction::out;
  return {};
}

DirectionQuestions::Device& DirectionQuestions::at(const std::string& name) {
  const auto found = std::ranges::find(devices_, name, &Device::name);
  return found != devices_.end() ? *found : devices_.emplace_back(Device{name});
}

// None: for nobody any more.
std::optional<BootTime> DirectionQuestions::end_of(const Said& said) const {
  const Duration holds = said.for_next ? std::max(codes_.within, codes_.stays) : codes_.stays;
  if (holds == Duration::zero()) return {};
  return said.at + holds;
}

// A card that is held before the device, or shown again because the gate was busy, is not asked about again.
std::optional<Direction> DirectionQuestions::direction_for(const Scan& scan) {
  Device& device = at(scan.reading.device);
  device.repeated.reset();
  auto& known = device.known;
  if (known && known->payload == scan.reading.payload && scan.seen - known->last <= codes_.repeat_within) {
    known->last = std::max(known->last, scan.seen);
    return known->direction;
  }
  if (!device.said) return {};
  const auto end = end_of(*device.said);
  if (!end || scan.seen >= *end) return {};
  if (!mutant(Mutant::said_for_everybody)) device.said->for_next = false;
  known = {scan.reading.payload, device.said->direction, scan.seen};
  return known->direction;
}

std::shared_ptr<Scan> DirectionQuestions::ask(std::shared_ptr<Scan> scan) {
  Device& device = at(scan->reading.device);
  auto earlier = std::exchange(device.asked, std::move(scan));
  const bool is_same = earlier && earlier->reading.payload == device.asked->reading.payload;
  return is_same || mutant(Mutant::replaced_unrecorded) ? nullptr : earlier;
}

DirectionQuestions::Saying DirectionQuestions::say(const Scan& code, Direction direction) {
  Device& device = at(code.reading.device);
  const bool is_same = device.repeated && device.said && device.said->direction == direction &&
                       code.seen - *device.repeated <= codes_.repeat_within;
  device.repeated = code.seen;
  if (is_same) {
    if (device.said->for_next) device.said->at = code.seen;
    return {nullptr, true};
  }
  device.said = {direction, code.seen, !device.asked};
  auto answers = std::exchange(device.asked, {});
  if (answers) device.known = {answers->reading.payload, direction, code.seen};
  return {std::move(answers), false};
}

DirectionQuestions::Scans DirectionQuestions::end(BootTime now) {
  Scans over;
  if (mutant(Mutant::question_never_over)) return over;
  for (Device& device : devices_)
    if (device.asked && now >= end_of(*device.asked)) over.push_back(std::exchange(device.asked, {}));
  return over;
}

DirectionQuestions::Scans DirectionQuestions::end_all() {
  Scans open;
  for (Device& device : devices_)
    if (device.asked) open.push_back(std::move(device.asked));
  devices_.clear();
  return open;
}

std::optional<BootTime> DirectionQuestions::due() const {
  std::optional<BootTime> first;
  if (mutant(Mutant::question_never_over)) return first;
  for (const Device& device : devices_)
    if (device.asked) first = std::min(first.value_or(BootTime::max()), end_of(*device.asked));
  return first;
}

std::size_t DirectionQuestions::open() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(devices_, [](const Device& device) { return device.asked != nullptr; }));
}

std::vector<DirectionQuestions::State> DirectionQuestions::states(BootTime now) const {
  std::vector<State> all;
  for (const Device& device : devices_) {
    const auto end = device.said ? end_of(*device.said) : std::nullopt;
    if (device.asked)
      all.push_back({device.name, true, {}, std::max<Duration>(end_of(*device.asked) - now, Duration::zero())});
    else if (end && now < *end)
      all.push_back({device.name, false, device.said->direction, *end - now});
  }
  return all;
}

}  // namespace gatepost::core
