#include "supervisor/redacted.hpp"

#include <utility>

namespace gatepost::supervisor {
namespace {

using config::Redaction;

/// What the device is called is told to people, too.
class RedactedInputHost final : public InputHost {
 public:
  RedactedInputHost(InputHost& host, const Redaction& redaction) : host_(host), redaction_(redaction) {}
  void emit(Reading reading) override { host_.emit(std::move(reading)); }
  void signal(Signal signal, MonotonicTime seen) override { host_.signal(signal, seen); }
  void raw(const RawInput& input) override { host_.raw(input); }
  void opened(std::string_view identity) override { host_.opened(redaction_(std::string(identity))); }
  std::size_t room() const override { return host_.room(); }
  bool ignores(std::string_view text) override { return host_.ignores(text); }
  void refused(std::string_view who, std::string_view why) override {
    host_.refused(redaction_(std::string(who)), redaction_(std::string(why)));
  }

 private:
  InputHost& host_;
  const Redaction& redaction_;
};

/// What all have in common.
template <class Object>
class Wrapped : public Object {
 public:
  Wrapped(std::unique_ptr<Object> inner, Redaction redaction)
      : inner_(std::move(inner)), redaction_(std::move(redaction)) {}

 protected:
  const std::unique_ptr<Object> inner_;
  const Redaction redaction_;
};

class RedactedInput final : public Wrapped<Input> {
 public:
  using Wrapped::Wrapped;
  Result<void> run(InputHost& host, std::stop_token stop) override {
    RedactedInputHost discreet(host, redaction_);
    return redaction_(inner_->run(discreet, std::move(stop)));
  }
  bool listens() const override { return inner_->listens(); }
  void answered(const Feedback& feedback) override { inner_->answered(feedback); }
  void ready() override { inner_->ready(); }
  bool tells_of_alarms() const override { return inner_->tells_of_alarms(); }
};

class RedactedSink final : public Wrapped<Sink> {
 public:
  using Wrapped::Wrapped;
  Delivery deliver(std::span<const Record> batch, std::stop_token stop) override {
    Delivery delivery = inner_->deliver(batch, std::move(stop));
    if (delivery.error) delivery.error = redaction_(std::move(*delivery.error));
    return delivery;
  }
  bool reachable(const std::stop_token& stop) override { return inner_->reachable(stop); }
  Result<std::optional<Held>> newest(std::uint64_t site, const std::stop_token& stop) override {
    return redaction_(inner_->newest(site, stop));
  }
  Result<std::vector<Count>> counts(WallTime now) override { return redaction_(inner_->counts(now)); }
  void begin(std::shared_ptr<SinkHost> host) override { inner_->begin(std::move(host)); }
};

class RedactedActuator final : public Wrapped<Actuator> {
 public:
  using Wrapped::Wrapped;
  Result<void> rest() override { return redaction_(inner_->rest()); }
  Result<MonotonicTime> release(const Command& command) override { return redaction_(inner_->release(command)); }
  Result<Passage> passage(const Command& command, std::stop_token stop) override {
    return redaction_(inner_->passage(command, std::move(stop)));
  }
  Result<Duration> hold_open() override { return redaction_(inner_->hold_open()); }
  Result<RestState> look() override { return redaction_(inner_->look()); }
  std::optional<AfterKill> after_kill() const override { return inner_->after_kill(); }
  std::optional<AfterKill> after_kill_in_alarm() const override { return inner_->after_kill_in_alarm(); }
  bool opens(std::string_view lane, Direction direction) const override { return inner_->opens(lane, direction); }
  std::optional<AfterPowerCut> after_power_cut() const override { return inner_->after_power_cut(); }
};

class RedactedPolicy final : public Wrapped<Policy> {
 public:
  using Wrapped::Wrapped;
  Result<Decision> decide(const Attempt& attempt) const override {
    return redaction_(std::as_const(*inner_).decide(attempt));
  }
  void learn(const Record& record) override { inner_->learn(record); }
  bool learns() const override { return inner_->learns(); }
  Duration horizon() const override { return inner_->horizon(); }
  std::string needs_network() const override { return redaction_(inner_->needs_network()); }
  bool needs_subject() const override { return inner_->needs_subject(); }
};

class RedactedFormat final : public Wrapped<CredentialFormat> {
 public:
  using Wrapped::Wrapped;
  Result<std::optional<Credential>> parse(const Reading& reading) const override {
    return redaction_(std::as_const(*inner_).parse(reading));
  }
};

template <class Wrapper, class Object>
std::unique_ptr<Object> wrap(std::unique_ptr<Object> object, const Redaction& redaction) {
  if (redaction.empty()) return object;
  return std::make_unique<Wrapper>(std::move(object), redaction);
}

}  // namespace

std::unique_ptr<Input> redacted(std::unique_ptr<Input> input, const Redaction& redaction) {
  return wrap<RedactedInput>(std::move(input), redaction);
}
std::unique_ptr<Sink> redacted(std::unique_ptr<Sink> sink, const Redaction& redaction) {
  return wrap<RedactedSink>(std::move(sink), redaction);
}
std::unique_ptr<Actuator> redacted(std::unique_ptr<Actuator> actuator, const Redaction& redaction) {
  return wrap<RedactedActuator>(std::move(actuator), redaction);
}
std::unique_ptr<Policy> redacted(std::unique_ptr<Policy> policy, const Redaction& redaction) {
  return wrap<RedactedPolicy>(std::move(policy), redaction);
}
std::unique_ptr<CredentialFormat> redacted(std::unique_ptr<CredentialFormat> format, const Redaction& redaction) {
  return wrap<RedactedFormat>(std::move(format), redaction);
}

}  // namespace gatepost::supervisor
