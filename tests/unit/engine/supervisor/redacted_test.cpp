// Whatever a plugin's object says, nobody hears what it was given to keep.
#include "supervisor/redacted.hpp"

#include <gmock/gmock.h>

#include "world/hiding.hpp"

namespace gatepost::supervisor {
namespace {

constexpr const char* secret = "s3cr3t.example";

config::Redaction redaction() { return world::hiding(secret); }

Error leak() { return {std::string("no answer from ") + secret, secret, std::string("look at ") + secret}; }

void expect_clean(const Error& error) {
  EXPECT_EQ(error.what, "no answer from ***");
  EXPECT_EQ(error.where, "***");
  EXPECT_EQ(error.remedy, "look at ***");
}
template <class T>
void expect_clean(const Result<T>& result) {
  ASSERT_FALSE(result);
  expect_clean(result.error());
}

struct Hearing final : InputHost {
  void emit(Reading) override {}
  void opened(std::string_view identity) override { heard += std::string(identity) + "\n"; }
  void refused(std::string_view who, std::string_view why) override {
    heard += std::string(who) + " " + std::string(why) + "\n";
  }
  std::string heard;
};

struct LeakyInput final : Input {
  Result<void> run(InputHost& host, std::stop_token) override {
    host.opened(secret);
    host.refused(secret, std::string("not of ") + secret);
    return leak();
  }
};

struct LeakySink final : Sink {
  Delivery deliver(std::span<const Record>, std::stop_token) override { return {.error = leak()}; }
  Result<std::optional<Held>> newest(std::uint64_t, const std::stop_token&) override { return leak(); }
  Result<std::vector<Count>> counts(WallTime) override { return leak(); }
};

struct LeakyActuator final : Actuator {
  Result<void> rest() override { return leak(); }
  Result<MonotonicTime> release(const Command&) override { return leak(); }
  Result<Passage> passage(const Command&, std::stop_token) override { return leak(); }
  Result<Duration> hold_open() override { return leak(); }
  Result<RestState> look() override { return leak(); }
};

struct LeakyPolicy final : Policy {
  Result<Decision> decide(const Attempt&) const override { return leak(); }
};

struct LeakyFormat final : CredentialFormat {
  Result<std::optional<Credential>> parse(const Reading&) const override { return leak(); }
};

TEST(Redacted, AnInputTellsNeitherByErrorNorByWord) {
  Hearing host;
  expect_clean(redacted(std::unique_ptr<Input>(new LeakyInput), redaction())->run(host, {}));
  EXPECT_EQ(host.heard, "***\n*** not of ***\n");
}

TEST(Redacted, ASinkTellsByNoAnswer) {
  const auto sink = redacted(std::unique_ptr<Sink>(new LeakySink), redaction());
  const auto delivery = sink->deliver({}, {});
  ASSERT_TRUE(delivery.error);
  expect_clean(*delivery.error);
  expect_clean(sink->newest(1, {}));
  expect_clean(sink->counts({}));
}

TEST(Redacted, AnActuatorTellsByNoAnswer) {
  const auto actuator = redacted(std::unique_ptr<Actuator>(new LeakyActuator), redaction());
  const Command command{{}, "main", Direction::in, {}};
  expect_clean(actuator->rest());
  expect_clean(actuator->release(command));
  expect_clean(actuator->passage(command, {}));
  expect_clean(actuator->hold_open());
  expect_clean(actuator->look());
}

TEST(Redacted, APolicyAndAFormatTellByNoAnswer) {
  const Credential credential;
  const Reading reading;
  expect_clean(redacted(std::unique_ptr<Policy>(new LeakyPolicy), redaction())
                   ->decide({credential, reading, "main", Direction::in, {}, {}}));
  expect_clean(redacted(std::unique_ptr<CredentialFormat>(new LeakyFormat), redaction())->parse(reading));
}

}  // namespace
}  // namespace gatepost::supervisor
