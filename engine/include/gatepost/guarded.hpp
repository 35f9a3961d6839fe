// What stands between the engine and a plugin's object: no exception crosses. Each class here has its SDK class's
// virtual functions, all of them.
#pragma once

#include <concepts>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gatepost/actuator.hpp>
#include <gatepost/credential.hpp>
#include <gatepost/input.hpp>
#include <gatepost/policy.hpp>
#include <gatepost/result.hpp>
#include <gatepost/service.hpp>
#include <gatepost/sink.hpp>

namespace gatepost::detail {

/// Runs a plugin's code and turns whatever it throws into an Error.
template <class F>
auto guarded(const char* plugin, F f) noexcept -> decltype(f()) {
  const auto fault = [plugin](const char* what) {
    Error error{std::string("threw ") + what, std::string("plugin ") + plugin, "report this to the plugin's author"};
    error.fault = true;
    return error;
  };
  try {
    return f();
  } catch (const std::exception& exception) {
    return fault(exception.what());
  } catch (...) {
    return fault("an unknown exception");
  }
}

/// What a plugin's code says; `otherwise` where it throws.
template <class T, class F>
T said(const char* plugin, T otherwise, F f) noexcept {
  auto answer = guarded(plugin, [&]() -> Result<T> { return f(); });
  return answer ? std::move(*answer) : std::move(otherwise);
}

/// Tells a plugin's code what it cannot answer; no matter whether it throws.
template <class F>
void told(const char* plugin, F f) noexcept {
  static_cast<void>(guarded(plugin, [&]() -> Result<void> {
    f();
    return {};
  }));
}

template <class C, const char* const& Name>
struct GuardedInput final : Input {
  explicit GuardedInput(std::unique_ptr<C> object) : inner(std::move(object)) {}
  Result<void> run(InputHost& host, std::stop_token stop) override {
    return guarded(Name, [&] { return inner->run(host, std::move(stop)); });
  }
  bool listens() const override {
    return said(Name, false, [&] { return inner->listens(); });
  }
  void answered(const Feedback& feedback) override {
    told(Name, [&] { inner->answered(feedback); });
  }
  void ready() override {
    told(Name, [&] { inner->ready(); });
  }
  bool tells_of_alarms() const override {
    return said(Name, false, [&] { return inner->tells_of_alarms(); });
  }
  std::unique_ptr<C> inner;
};

template <class C, const char* const& Name>
struct GuardedCredential final : CredentialFormat {
  explicit GuardedCredential(std::unique_ptr<C> object) : inner(std::move(object)) {}
  Result<std::optional<Credential>> parse(const Reading& reading) const override {
    return guarded(Name, [&] { return std::as_const(*inner).parse(reading); });
  }
  std::unique_ptr<C> inner;
};

template <class C, const char* const& Name>
struct GuardedPolicy final : Policy {
  explicit GuardedPolicy(std::unique_ptr<C> object) : inner(std::move(object)) {}
  Result<Decision> decide(const Attempt& attempt) const override {
    if (broken) return *broken;
    return guarded(Name, [&] { return std::as_const(*inner).decide(attempt); });
  }
  void learn(const Record& record) override {
    auto learned = guarded(Name, [&]() -> Result<void> {
      inner->learn(record);
      return {};
    });
    if (!learned) broken = learned.error();  // a state that missed a Record decides nothing any more
  }
  Duration horizon() const override {
    const Duration all = Duration::max();  // what cannot say how little it needs learns all
    return said(Name, all, [&] { return inner->horizon(); });
  }
  std::string needs_network() const override {
    return said(Name, std::string(), [&] { return inner->needs_network(); });
  }
  bool needs_subject() const override {
    return said(Name, false, [&] { return inner->needs_subject(); });
  }
  bool learns() const override { return !std::same_as<decltype(&C::learn), void (Policy::*)(const Record&)>; }
  std::unique_ptr<C> inner;
  std::optional<Error> broken;
};

template <class C, const char* const& Name>
struct GuardedSink final : Sink {
  explicit GuardedSink(std::unique_ptr<C> object) : inner(std::move(object)) {}
  Delivery deliver(std::span<const Record> batch, std::stop_token stop) override {
    auto delivery = guarded(Name, [&]() -> Result<Delivery> { return inner->deliver(batch, std::move(stop)); });
    return delivery ? *delivery : Delivery{0, delivery.error(), false};
  }
  Result<std::optional<Held>> newest(std::uint64_t site, const std::stop_token& stop) override {
    return guarded(Name, [&] { return inner->newest(site, stop); });
  }
  bool reachable(const std::stop_token& stop) override {
    return said(Name, false, [&] { return inner->reachable(stop); });
  }
  Result<std::vector<Count>> counts(WallTime now) override {
    return guarded(Name, [&] { return inner->counts(now); });
  }
  void begin(std::shared_ptr<SinkHost> host) override {
    told(Name, [&] { inner->begin(std::move(host)); });
  }
  std::unique_ptr<C> inner;
};

template <class C, const char* const& Name>
struct GuardedActuator final : Actuator {
  explicit GuardedActuator(std::unique_ptr<C> object) : inner(std::move(object)) {}
  Result<void> rest() override {
    return guarded(Name, [&] { return inner->rest(); });
  }
  Result<MonotonicTime> release(const Command& command) override {
    return guarded(Name, [&] { return inner->release(command); });
  }
  Result<Passage> passage(const Command& command, std::stop_token stop) override {
    return guarded(Name, [&] { return inner->passage(command, std::move(stop)); });
  }
  Result<Duration> hold_open() override {
    return guarded(Name, [&] { return inner->hold_open(); });
  }
  Result<RestState> look() override {
    return guarded(Name, [&] { return inner->look(); });
  }
  std::optional<AfterPowerCut> after_power_cut() const override {
    return said(Name, std::optional<AfterPowerCut>(), [&] { return inner->after_power_cut(); });
  }
  bool opens(std::string_view lane, Direction direction) const override {
    return said(Name, false, [&] { return inner->opens(lane, direction); });
  }
  std::optional<AfterKill> after_kill() const override {
    return said(Name, std::optional<AfterKill>(), [&] { return inner->after_kill(); });  // what throws promises nothing
  }
  std::optional<AfterKill> after_kill_in_alarm() const override {
    return said(Name, std::optional<AfterKill>(), [&] { return inner->after_kill_in_alarm(); });
  }
  std::unique_ptr<C> inner;
};

template <class C, const char* const& Name>
struct GuardedService final : Service {
  explicit GuardedService(std::unique_ptr<C> object) : inner(std::move(object)) {}
  Result<void> run(ServiceHost& host, std::stop_token stop) override {
    return guarded(Name, [&] { return inner->run(host, std::move(stop)); });
  }
  std::unique_ptr<C> inner;
};

/// guarded() as a type, for whoever wraps objects that are not the engine's.
template <const char* const& Name>
struct Guarding {
  template <class F>
  auto operator()(F f) const noexcept {
    return guarded(Name, std::move(f));
  }
};

}  // namespace gatepost::detail
