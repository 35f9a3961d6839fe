// links: gatepost_engine; plugins: pattern roster
// The whole road from bytes to verdict: a line, its framer, the pattern and roster plugins, the lane's policy, journal
// and gate. A byte 0xFE on the line is a pause, 0xFD one that was lost. The gate moves for people on the list alone,
// after their whole code came, and never before its Record.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gatepost/framer.hpp>

#include "../world/world.hpp"
#include "plugin/catalogue.hpp"
#include "world/places.hpp"

namespace {

using namespace gatepost;

std::vector<Value> values_of(const Descriptor& descriptor, const std::map<std::string, Value>& given) {
  std::vector<Value> values;
  for (const auto& field : descriptor.settings()) {
    const auto found = given.find(std::string(field.key));
    values.push_back(found == given.end() ? field.fallback : found->second);
  }
  return values;
}

// A gate that somebody passes at once.
class OpenGate final : public Actuator {
 public:
  Result<void> rest() override { return {}; }
  Result<MonotonicTime> release(const Command& command) override {
    released.push_back(command.record.sequence);
    return MonotonicTime();
  }
  Result<Passage> passage(const Command&, std::stop_token) override { return Passage::seen; }
  std::vector<std::uint64_t> released;
};

// What stays the same from one input to the next.
struct Site {
  Site() {
    const std::filesystem::path folder = world::plugins_folder();
    catalogue = plugin::Catalogue::load({&folder, 1});
    people = std::filesystem::temp_directory_path() / ("gatepost-road-" + std::to_string(::getpid()) + ".csv");
    std::ofstream(people) << "subject,name,status\nE000101,Lan,active\nE000102,An,revoked\n";
    const auto* pattern = catalogue.find("pattern");
    const auto* roster = catalogue.find("roster");
    if (pattern == nullptr || roster == nullptr) std::abort();
    const auto card = values_of(*pattern->descriptor, {{"match", std::string("(?P<subject>E[0-9]{6})")}});
    auto made = pattern->descriptor->make.credential(card, {"card", "/"});
    auto list = roster->descriptor->make.policy(values_of(*roster->descriptor, {{"file", people}}), {"list", "/"});
    if (!made || !list) std::abort();
    format = std::move(*made);
    policy = std::make_shared<runtime::SharedPolicy>("list", std::move(*list));
  }
  ~Site() { std::filesystem::remove(people); }

  std::filesystem::path people;
  plugin::Catalogue catalogue;
  std::shared_ptr<const CredentialFormat> format;
  std::shared_ptr<const runtime::SharedPolicy> policy;
};

std::vector<Reading> readings_of(const std::uint8_t* data, std::size_t size) {
  Framer framer(FrameRules{});
  std::vector<Reading> readings;
  MonotonicTime now{};
  for (std::size_t i = 0; i < size; ++i) {
    now += std::chrono::milliseconds(data[i] == 0xFE ? 500 : 1);
    const char byte = static_cast<char>(data[i]);
    framer.feed({&byte, 1}, now, data[i] == 0xFD, readings);
  }
  framer.cut("the end", readings);
  return readings;
}

void hold(const core::Answer& answer, const Reading& reading, const world::FakeWriter& writer, const OpenGate& gate) {
  const bool granted = answer.verdict.outcome == Outcome::grant;
  if (granted && (reading.damage != Damage::none || reading.payload.find("E000101") == std::string::npos)) std::abort();
  const auto records = writer.records();
  for (const auto sequence : gate.released) {
    if (sequence == 0 || sequence > records.size()) std::abort();
    const Record& record = records[sequence - 1];
    if (record.kind != RecordKind::attempt || record.outcome != Outcome::grant || record.subject != "E000101")
      std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Site site;
  if (size > 16384) return 0;
  world::FakeClock clock;
  runtime::Watchdog watchdog(clock);
  world::FakeWriter writer(clock);
  world::FakeObserver observer;
  OpenGate gate;
  config::Lane settings;
  settings.name = "main";
  settings.actuator = "gate";
  runtime::Lane lane(
      settings,
      {{{"card", site.format}}, {site.policy}, world::lent<Actuator>(gate), &writer, &observer, &clock, &watchdog});
  while (!lane.gate_is_ready()) std::this_thread::yield();
  std::size_t count = 0;
  for (auto& reading : readings_of(data, size)) {
    if (++count > 16) break;
    reading.device = "gun";
    reading.seen = clock.now();
    lane.offer(reading, Direction::in);
    hold(observer.answer(static_cast<int>(count)), reading, writer, gate);
    clock.pass(std::chrono::seconds(10));
  }
  return 0;
}
