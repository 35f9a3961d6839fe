#include "workbench.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace gatepost::workbench {
namespace {

using namespace std::chrono_literals;

struct OneText {
  std::string text;
};
constexpr auto one_text = settings(field("device", &OneText::text, "what it is about"));

class Gun final : public Input {
 public:
  explicit Gun(OneText settings) : device_(std::move(settings.text)) {}
  Result<void> run(InputHost& host, std::stop_token stop) override {
    Outside& all = outside();
    std::unique_lock lock(all.mutex);
    auto& device = all.devices[device_];
    if (device.absent) return Error{"is not there", device_, "plug it in"};
    if (device.is_open) return Error{"is open already", device_, "close it"};
    device.is_open = true;
    ++device.opened;
    all.changed.notify_all();
    lock.unlock();
    host.opened(device_);
    lock.lock();
    while (all.changed.wait(lock, stop, [&] { return !device.codes.empty(); }) && !stop.stop_requested()) {
      std::string code = std::move(device.codes.front());
      device.codes.pop_front();
      all.changed.notify_all();
      lock.unlock();
      host.emit({.payload = std::move(code)});
      lock.lock();
    }
    device.is_open = false;
    all.changed.notify_all();
    return {};
  }

 private:
  const std::string device_;
};

class Letters final : public CredentialFormat {
 public:
  explicit Letters(OneText settings) : first_(std::move(settings.text)) {}
  Result<std::optional<Credential>> parse(const Reading& reading) const override {
    if (!reading.payload.starts_with(first_)) return std::optional<Credential>();
    return std::optional(Credential{.scheme = {}, .subject = reading.payload});
  }

 private:
  const std::string first_;
};

class ListeningPolicy final : public Policy {
 public:
  explicit ListeningPolicy(OneText settings) : mark_(std::move(settings.text)) {}
  static Result<std::unique_ptr<ListeningPolicy>> make(OneText settings, const Instance&) {
    if (settings.text == "broken") return Error{"cannot be built", "device", "write another mark"};
    return std::make_unique<ListeningPolicy>(std::move(settings));
  }
  Result<Decision> decide(const Attempt&) const override {
    std::unique_lock lock(outside().mutex);
    ++outside().decisions;
    outside().changed.notify_all();
    outside().changed.wait(lock, [] { return !outside().policy_holds; });
    return Decision{Outcome::grant, mark_, {}};
  }
  void learn(const Record& record) override {
    const std::scoped_lock lock(outside().mutex);
    outside().learned[mark_].push_back(record.id);
    outside().changed.notify_all();
  }

 private:
  const std::string mark_;
};

class Gate final : public Actuator {
 public:
  explicit Gate(OneText settings) : device_(std::move(settings.text)) {
    const std::scoped_lock lock(outside().mutex);
    ++outside().devices[device_].objects;
  }
  ~Gate() override {
    const std::scoped_lock lock(outside().mutex);
    if (opened_) outside().devices[device_].is_open = false;
    --outside().devices[device_].objects;
  }
  Result<void> rest() override {
    const std::scoped_lock lock(outside().mutex);
    auto& device = outside().devices[device_];
    if (device.absent) return Error{"does not answer", device_, "plug it in"};
    if (!opened_ && device.is_open) return Error{"is open already", device_, "close it"};
    opened_ = device.is_open = true;
    outside().gates.push_back("rest " + device_);
    return {};
  }
  Result<MonotonicTime> release(const Command&) override {
    const std::scoped_lock lock(outside().mutex);
    outside().gates.push_back("release " + device_);
    return SystemClock().now();
  }
  Result<Passage> passage(const Command&, std::stop_token stop) override {
    std::unique_lock lock(outside().mutex);
    outside().changed.wait(lock, stop, [&] { return !outside().people_inside.contains(device_); });
    outside().gates.push_back("passed " + device_);
    return Passage::seen;
  }

 private:
  const std::string device_;
  bool opened_ = false;
};

class Shelf final : public Sink {
 public:
  explicit Shelf(OneText settings) : shelf_(std::move(settings.text)) {}
  Delivery deliver(std::span<const Record> batch, std::stop_token) override {
    std::unique_lock lock(outside().mutex);
    outside().sink_is_held = outside().sink_holds;
    outside().changed.notify_all();
    outside().changed.wait(lock, [] { return !outside().sink_holds; });
    outside().sink_is_held = false;
    for (const Record& record : batch) outside().delivered[shelf_].push_back(record.id);
    outside().changed.notify_all();
    return {batch.size()};
  }

 private:
  const std::string shelf_;
};

std::vector<FieldInfo> infos() { return one_text.infos(); }

template <class T, class C>
Result<std::unique_ptr<T>> make(std::span<const Value> values, const Instance& instance) {
  auto object = detail::build<C>(one_text.fill(values), instance);
  if (!object) return object.error();
  return std::unique_ptr<T>(std::move(*object));
}

Descriptor describe(PluginKind kind, const char* name, Descriptor::Make made) {
  return {sizeof(Descriptor),
          abi_version,
          GATEPOST_TOOLCHAIN,
          kind,
          sdk_version(kind),
          name,
          "",
          infos,
          nullptr,
          0,
          nullptr,
          0,
          nullptr,
          0,
          0,
          made};
}

const Descriptor gun = describe(PluginKind::input, "gun", {.input = make<Input, Gun>});
const Descriptor letters = describe(PluginKind::credential, "letters", {.credential = make<CredentialFormat, Letters>});
const Descriptor listener = describe(PluginKind::policy, "listener", {.policy = make<Policy, ListeningPolicy>});
const Descriptor gate = describe(PluginKind::actuator, "gate", {.actuator = make<Actuator, Gate>});
const Descriptor shelf = describe(PluginKind::sink, "shelf", {.sink = make<Sink, Shelf>});

}  // namespace

Outside& outside() {
  static Outside all;
  return all;
}

void Outside::scan(const std::string& device, const std::string& code) {
  const std::scoped_lock lock(mutex);
  devices[device].codes.push_back(code);
  changed.notify_all();
}

void Outside::make_absent(const std::string& device, bool absent) {
  const std::scoped_lock lock(mutex);
  devices[device].absent = absent;
}

Outside::Device Outside::look(const std::string& device) {
  const std::scoped_lock lock(mutex);
  return devices[device];
}

bool Outside::waits_until(const std::function<bool()>& holds) {
  std::unique_lock lock(mutex);
  return changed.wait_for(lock, 10s, holds);
}

const plugin::Catalogue& catalogue() {
  static const plugin::Catalogue all = [] {
    plugin::Catalogue made;
    for (const auto* descriptor : {&gun, &letters, &listener, &gate, &shelf})
      if (!made.add(*descriptor)) std::abort();
    return made;
  }();
  return all;
}

void Listener::answered(const core::Answer& answer) {
  const std::scoped_lock lock(mutex_);
  if (answer.credential) reasons_[answer.credential->subject] = answer.verdict.reason;
  changed_.notify_all();
}

void Listener::recorded(const Record& record) {
  const std::scoped_lock lock(mutex_);
  records_.push_back(record);
  changed_.notify_all();
}

std::string Listener::answer_to(const std::string& subject) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, 10s, [&] { return reasons_.contains(subject); })) return "no answer";
  return reasons_[subject];
}

bool Listener::hears(RecordKind kind, const std::string& reason) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, 10s, [&] {
    return std::ranges::any_of(records_, [&](const auto& one) { return one.kind == kind && one.reason == reason; });
  });
}

Record Listener::last(const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  for (auto one = records_.rbegin(); one != records_.rend(); ++one)
    if (one->reason == reason) return *one;
  return {};
}

std::vector<Record> Listener::records() {
  const std::scoped_lock lock(mutex_);
  return records_;
}

config::PluginUse use(const std::string& plugin, const std::string& name, const std::string& value) {
  return {catalogue().find(plugin)->descriptor, {value}, {name, "/"}};
}

Site::Site(const std::function<void(config::Site&)>& change) {
  {
    Outside& all = outside();
    const std::scoped_lock lock(all.mutex);
    all.devices.clear(), all.learned.clear(), all.delivered.clear(), all.gates.clear(), all.people_inside.clear();
    all.policy_holds = all.sink_holds = all.sink_is_held = false;
    all.decisions = 0;
  }
  settings.file = disk_ / "site.yaml";
  settings.checkpoint = {"Workbench", 4017};
  settings.journal.file = disk_ / "journal.db";
  settings.devices = {use("gun", "left_gun", "gun:1"), use("gun", "right_gun", "gun:2"),
                      use("gate", "left_gate", "gate:1")};
  settings.credentials = {use("letters", "card", "E")};
  settings.policies = {use("listener", "list", "first")};
  settings.outputs = {use("shelf", "store", "one")};
  config::Lane lane;
  lane.name = "left";
  lane.inputs = {{"left_gun", Direction::in}};
  lane.credentials = {"card"};
  lane.policies = {"list"};
  lane.rules.repeat_within = 0ms;
  lane.rules.denied_at_most = "none";
  lane.rules.policy_timeout = 30s;
  lane.actuator = "left_gate";
  settings.lanes.push_back(lane);
  lane.name = "right";
  lane.inputs = {{"right_gun", Direction::in}};
  lane.actuator.clear();
  settings.lanes.push_back(lane);
  change(settings);
  auto started = supervisor::RunningSite::start(settings, catalogue(), listener, clock_);
  if (!started) std::abort();
  running_ = std::move(*started);
  const auto all_rest = [&] {
    return std::ranges::none_of(running_->vitals().lanes,
                                [](const auto& one) { return one.now.gate == core::GateState::unknown; });
  };
  while (!all_rest()) std::this_thread::yield();
  for (const auto& use : settings.devices)
    if (use.plugin == &gun)
      outside().waits_until([&] {
        const auto& device = outside().devices[std::get<std::string>(use.values[0])];
        return device.is_open || device.absent;
      });
}

Site::~Site() { EXPECT_TRUE(running_->stop(5s)) << "a part of the site does not stop"; }

Result<config::Difference> Site::reload() { return running_->reload(settings, {}); }

std::string Site::scan(const std::string& device, const std::string& code) {
  outside().scan(device, code);
  return listener.answer_to(code);
}

config::PluginUse& Site::device(const std::string& name) {
  return *std::ranges::find_if(settings.devices, [&](const auto& one) { return one.instance.name == name; });
}

}  // namespace gatepost::workbench
