// What every plugin must keep to: its descriptor, hostile settings, stopping in time, giving back what it took.
#include <gmock/gmock.h>
#include <malloc.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <future>
#include <iostream>
#include <random>
#include <set>
#include <thread>

#include "api/server.hpp"
#include "board.hpp"
#include "plugin/service_process.hpp"
#include "service_parts.hpp"
#include "specimen.hpp"
#include "world/site_host.hpp"

namespace gatepost::conformance {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto stop_bound = 1s;

class DeafHost final : public InputHost {
 public:
  void emit(Reading reading) override {
    EXPECT_LE(reading.payload.size(), max_payload);
    ++readings;
  }
  void opened(std::string_view) override { ++openings; }
  std::atomic<int> readings = 0, openings = 0;
};

fs::path data_folder() {
  return fs::temp_directory_path() / ("gatepost-conformance-data-" + std::to_string(::getpid()));
}

// As of an object of a site that runs: its files are watched.
Instance instance() {
  auto host = std::make_shared<world::SiteHost>(data_folder());
  host->time.run();
  return {"conformance", fs::current_path(), std::move(host)};
}

const Descriptor& descriptor() { return *specimen->descriptor; }

// Builds an object of the plugin's kind and lets go of it; its Error, if any.
std::optional<Error> build_and_drop(const std::vector<Value>& values) {
  const auto drop = [](auto made) -> std::optional<Error> {
    if (made) return {};
    return made.error();
  };
  switch (descriptor().kind) {
    case PluginKind::input:
      return drop(descriptor().make.input(values, instance()));
    case PluginKind::credential:
      return drop(descriptor().make.credential(values, instance()));
    case PluginKind::policy:
      return drop(descriptor().make.policy(values, instance()));
    case PluginKind::sink:
      return drop(descriptor().make.sink(values, instance()));
    case PluginKind::actuator:
      return drop(descriptor().make.actuator(values, instance()));
    case PluginKind::service:
      return drop(descriptor().make.service(values, instance()));
    case PluginKind::board:
      return refusal_of_options(*specimen, values);
  }
  return {};
}

class Plugin : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(specimen->descriptor, nullptr) << to_line(specimen->catalogue.refused()[0].why); }
};

TEST_F(Plugin, ExportsItsDescriptorAndNothingElse) {
  const auto symbols = output_of("nm -D --defined-only '" + specimen->file.string() + "'");
  ASSERT_EQ(symbols.size(), 1U) << testing::PrintToString(symbols);
  EXPECT_THAT(symbols[0], testing::HasSubstr(" gatepost_plugin"));
}

// One entry is the compiler's own frame_dummy; every other would be code that runs before anybody asked.
TEST_F(Plugin, RunsNothingWhenLoaded) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer adds initialisers of its own";
#endif
  for (const auto& line : output_of("readelf -SW '" + specimen->file.string() + "'")) {
    EXPECT_EQ(line.find(" .ctors"), std::string::npos) << line;
    if (line.find(" .init_array") == std::string::npos) continue;
    EXPECT_THAT(line, testing::HasSubstr(" 000008 ")) << "static constructors: is <iostream> included?";
  }
}

TEST_F(Plugin, DescribesItsSettings) {
  EXPECT_GE(std::strlen(descriptor().summary), 8U);
  std::set<std::string_view> keys;
  for (const FieldInfo& field : descriptor().settings()) {
    EXPECT_TRUE(keys.insert(field.key).second) << field.key << " is there twice";
    EXPECT_EQ(field.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), field.key.npos) << field.key;
    EXPECT_NE(field.key, "plugin") << "a site file uses this key itself";
    const bool is_service = descriptor().kind == PluginKind::service;
    EXPECT_FALSE(is_service && (field.key == "memory" || field.key == "allow")) << "a site file uses this key itself";
    EXPECT_FALSE(field.text.empty()) << field.key;
    if (field.min) {
      EXPECT_EQ(field.min->index(), field.fallback.index()) << field.key;
    }
    if (field.min && field.max) {
      EXPECT_LE(*field.min, *field.max) << field.key;
    }
    if (field.min && !field.required) {
      EXPECT_LE(*field.min, field.fallback) << field.key;
    }
    if (field.max && !field.required) {
      EXPECT_LE(field.fallback, *field.max) << field.key;
    }
  }
  for (const ReasonText& text : std::span(descriptor().reasons, descriptor().reason_count))
    EXPECT_EQ(std::strlen(text.language), 2U) << text.code;
}

TEST_F(Plugin, CanBeBuiltWithTheGivenSettings) {
  const auto error = build_and_drop(values_of(*specimen));
  EXPECT_FALSE(error) << to_line(*error);
}

TEST_F(Plugin, TakesOrRefusesHostileSettings) {
  const auto fields = descriptor().settings();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (std::size_t which = 0; auto value = hostile_value(fields[i], which); ++which) {
      SCOPED_TRACE(std::string(fields[i].key) + ", hostile value " + std::to_string(which));
      auto values = values_of(*specimen);
      values[i] = *value;
      if (auto error = build_and_drop(values)) expect_helpful(*error);
    }
  }
}

bool asks(std::string_view verb) {
  const std::span all(descriptor().asks, descriptor().asks_count);
  return std::ranges::any_of(all, [&](const char* one) { return verb == one; });
}

// What the engine does with an object for a moment: run it, ask it, stop it.
void use_briefly() {
  const auto values = values_of(*specimen);
  std::stop_source stop;
  const auto expect_stop = [&](auto call) {
    std::packaged_task<void()> task(call);
    auto ended = task.get_future();
    std::jthread thread(std::move(task));
    std::this_thread::sleep_for(30ms);  // long enough to be in the middle of something
    const auto asked = std::chrono::steady_clock::now();
    stop.request_stop();
    EXPECT_EQ(ended.wait_for(10s), std::future_status::ready) << "does not stop";
    EXPECT_LT(std::chrono::steady_clock::now() - asked, stop_bound) << "stops too late";
  };
  switch (descriptor().kind) {
    case PluginKind::input: {
      auto input = descriptor().make.input(values, instance());
      ASSERT_TRUE(input);
      DeafHost host;
      expect_stop([&] {
        if (auto ran = (*input)->run(host, stop.get_token()); !ran) expect_helpful(ran.error());
      });
      return;
    }
    case PluginKind::sink: {
      auto sink = descriptor().make.sink(values, instance());
      ASSERT_TRUE(sink);
      std::vector<Record> records(3);
      for (std::uint64_t i = 0; i < 3; ++i) records[i].id = {1, 1, i + 1};
      expect_stop([&] {
        const Delivery delivery = (*sink)->deliver(records, stop.get_token());
        EXPECT_LE(delivery.taken, records.size());
        if (delivery.error) expect_helpful(*delivery.error);
      });
      return;
    }
    case PluginKind::board:
      return use_board_briefly();
    case PluginKind::actuator: {
      auto actuator = descriptor().make.actuator(values, instance());
      ASSERT_TRUE(actuator);
      if (auto rested = (*actuator)->rest(); !rested) expect_helpful(rested.error());
      const Command command{{1, 1, 1}, "main", Direction::in, BootClock::now() + 1s};
      const auto released = (*actuator)->release(command);
      if (!released) return expect_helpful(released.error());
      expect_stop([&] {
        if (auto passed = (*actuator)->passage(command, stop.get_token()); !passed) expect_helpful(passed.error());
      });
      if (auto rested = (*actuator)->rest(); !rested) expect_helpful(rested.error());
      return;
    }
    case PluginKind::service: {
      auto service = descriptor().make.service(values, instance());
      ASSERT_TRUE(service);
      StandInSite site;
      expect_stop([&] {
        if (auto ran = (*service)->run(site, stop.get_token()); !ran) expect_helpful(ran.error());
      });
      for (const auto& verb : site.asked()) EXPECT_TRUE(asks(verb)) << verb << " is asked and not declared";
      return;
    }
    default:
      EXPECT_FALSE(build_and_drop(values));
  }
}

TEST_F(Plugin, StopsWithinASecond) { use_briefly(); }

/// What is confirmed later is of what was given.
class Confirmations final : public SinkHost {
 public:
  void acknowledge(const RecordId& up_to) override {
    EXPECT_EQ(up_to.site >> 32U, 1U) << "of no site that it was given";
  }
};

// By what a Sink says that it holds a journal is set aside: it must be what it was given, and said to have taken.
TEST_F(Plugin, HoldsWhatItHasTakenAndNothingElse) {
  if (descriptor().kind != PluginKind::sink) GTEST_SKIP() << "only for outputs";
  auto sink = descriptor().make.sink(values_of(*specimen), instance());
  ASSERT_TRUE(sink);
  const std::stop_source stop;
  const std::uint64_t site =
      (std::uint64_t{1} << 32U) + std::random_device()();  // where it stores may be there already
  (*sink)->begin(std::make_shared<Confirmations>());
  std::optional<Held> expected;
  for (std::uint64_t round = 0; round < 3; ++round) {
    std::vector<Record> records(4);
    for (std::uint64_t i = 0; i < records.size(); ++i) {
      records[i].id = {site, 1 + round, 4 * round + i + 1};
      records[i].hash.fill(std::byte(16 * round + i + 1));
    }
    const Delivery delivery = (*sink)->deliver(records, stop.get_token());
    if (delivery.unconfirmed) GTEST_SKIP() << "its other side confirms later: when, nobody here knows";
    if (delivery.taken > 0) expected = {records[delivery.taken - 1].id, records[delivery.taken - 1].hash};
    const auto held = (*sink)->newest(site, stop.get_token());
    if (!held) {
      expect_helpful(held.error());
      continue;
    }
    if (!*held) continue;  // it cannot tell
    ASSERT_TRUE(expected) << "it holds what it has not taken";
    EXPECT_EQ((*held)->id, expected->id);
    EXPECT_EQ((*held)->hash, expected->hash);
    const auto other = (*sink)->newest(site + 1, stop.get_token());
    EXPECT_TRUE(!other || !*other) << "it holds Records of a site that it was given none of";
  }
}

TEST_F(Plugin, SurvivesAnEngineThatHangsUp) {
  if (descriptor().kind != PluginKind::service) GTEST_SKIP() << "only for services";
  auto service = descriptor().make.service(values_of(*specimen), instance());
  ASSERT_TRUE(service);
  StandInSite site(true);
  std::stop_source stop;
  std::packaged_task<Result<void>()> task([&] { return (*service)->run(site, stop.get_token()); });
  auto ran = task.get_future();
  const std::jthread thread(std::move(task));
  const bool gave_up = ran.wait_for(100ms) == std::future_status::ready;  // or waits for it to come back
  stop.request_stop();
  ASSERT_EQ(ran.wait_for(stop_bound), std::future_status::ready) << "does not stop without an engine";
  const auto how = ran.get();
  EXPECT_TRUE(!gave_up || !how) << "what ends before it was asked to says why";
  if (!how) expect_helpful(how.error());
}

TEST_F(Plugin, RunsInAProcessOfItsOwnAndStopsWithinASecond) {
  if (descriptor().kind != PluginKind::service) GTEST_SKIP() << "only for services";
  const fs::path folder = fs::temp_directory_path() / ("gatepost-conformance-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const auto nothing = [](const boost::json::object&) -> Result<boost::json::object> { return boost::json::object(); };
  api::Verbs verbs;
  for (const ApiVerb& verb : api_verbs)
    if (asks(verb.name)) verbs.answer(std::string(verb.name), nothing);
  auto server = api::Server::start(folder / "api", verbs);
  ASSERT_TRUE(server) << to_line(server.error());
  auto process = plugin::ServiceProcess::start(specimen->catalogue.plugins()[0], {.name = "conformance",
                                                                                  .directory = fs::current_path(),
                                                                                  .data = folder / "data",
                                                                                  .socket = folder / "api",
                                                                                  .values = values_of(*specimen),
                                                                                  .memory = {256ULL << 20U}});
  ASSERT_TRUE(process) << to_line(process.error());
  pollfd watched{process->socket(), POLLIN, 0};
  ASSERT_EQ(::poll(&watched, 1, 10'000), 1) << "does not begin";
  const auto news = process->news();
  ASSERT_TRUE(news && *news);
  EXPECT_EQ((*news)->kind, plugin::ServiceNews::Kind::up) << ((*news)->error ? to_line(*(*news)->error) : "");
  process->request_stop();
  EXPECT_TRUE(process->ended_within(stop_bound)) << "stops too late";
  fs::remove_all(folder);
}

TEST_F(Plugin, DoesNotActOnACommandThatIsTooLate) {
  if (descriptor().kind != PluginKind::actuator) GTEST_SKIP() << "only for actuators";
  auto actuator = descriptor().make.actuator(values_of(*specimen), instance());
  ASSERT_TRUE(actuator);
  static_cast<void>((*actuator)->rest());
  const auto released =
      (*actuator)->release({{1, 1, 1}, "main", Direction::in, BootClock::now() - std::chrono::seconds(1)});
  ASSERT_FALSE(released);
  expect_helpful(released.error());
}

TEST_F(Plugin, KnowsBeforeItOpensAnythingWhoShutsItsGateAfterAKill) {
  if (descriptor().kind != PluginKind::actuator) GTEST_SKIP() << "only for actuators";
  auto actuator = descriptor().make.actuator(values_of(*specimen), instance());
  ASSERT_TRUE(actuator);
  const auto files = entries_of("/proc/self/fd");
  const auto threads = entries_of("/proc/self/task");
  if (const auto after_kill = (*actuator)->after_kill()) {
    EXPECT_GE(after_kill->longest, Duration::zero());
    EXPECT_FALSE(after_kill->by.empty());
  }
  if (const auto after_power_cut = (*actuator)->after_power_cut(); after_power_cut && after_power_cut->longest) {
    EXPECT_GE(*after_power_cut->longest, Duration::zero());
  }
  EXPECT_EQ(entries_of("/proc/self/fd"), files);
  EXPECT_EQ(entries_of("/proc/self/task"), threads);
}

TEST_F(Plugin, GivesBackMemoryThreadsAndDescriptors) {
  for (int i = 0; i < 3; ++i) use_briefly();  // what libraries keep for good is kept by now
  const auto files = entries_of("/proc/self/fd");
  const auto threads = entries_of("/proc/self/task");
  const auto memory = ::mallinfo2().uordblks;
  for (int i = 0; i < 10; ++i) use_briefly();
  EXPECT_EQ(entries_of("/proc/self/fd"), files);
  EXPECT_EQ(entries_of("/proc/self/task"), threads);
  EXPECT_LT(::mallinfo2().uordblks, memory + 64 * 1024);
}

TEST_F(Plugin, SurvivesRandomPayloads) {
  if (descriptor().kind != PluginKind::credential) GTEST_SKIP() << "only for credential formats";
  auto format = descriptor().make.credential(values_of(*specimen), instance());
  ASSERT_TRUE(format);
  std::mt19937 random(4017);
  for (int i = 0; i < 20'000; ++i) {
    Reading reading{.payload = std::string(random() % (i % 100 == 0 ? max_payload : 64), '\0')};
    for (char& byte : reading.payload) byte = static_cast<char>(random() % (i % 2 ? 256 : 128));
    const auto once = (*format)->parse(reading), again = (*format)->parse(reading);
    ASSERT_EQ(once.has_value(), again.has_value()) << "parse is a pure function";
    if (!once) {
      expect_helpful(once.error());
    } else if (*once) {
      ASSERT_TRUE(again->has_value());
      ASSERT_EQ((*once)->subject, (*again)->subject);
    }
  }
}

TEST_F(Plugin, DecidesOnStrangers) {
  if (descriptor().kind != PluginKind::policy) GTEST_SKIP() << "only for policies";
  auto policy = descriptor().make.policy(values_of(*specimen), instance());
  ASSERT_TRUE(policy);
  for (const std::string& subject : {std::string(), std::string("nobody"), std::string(8192, 'x'),
                                     std::string("'; DROP TABLE people;--"), std::string("\0\xff\x1b[2J", 6)}) {
    const Credential credential{.scheme = "test", .subject = subject};
    const Reading reading{.payload = subject};
    const auto decision = (*policy)->decide({credential, reading, "main", Direction::in, {}, {}});
    if (!decision) {
      expect_helpful(decision.error());
    } else if (decision->outcome != Outcome::grant) {
      EXPECT_FALSE(decision->reason.empty()) << "who is denied is told why";
    }
  }
}

}  // namespace
}  // namespace gatepost::conformance

int main(int count, char** words) {
  testing::InitGoogleMock(&count, words);
  std::map<std::string, std::string> given;
  std::string file;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--set" && i + 1 < count) {
      const std::string pair = words[++i];
      given[pair.substr(0, pair.find('='))] = pair.substr(std::min(pair.find('=') + 1, pair.size()));
    } else {
      file = word;
    }
  }
  if (file.empty()) {
    std::cerr << "usage: gatepost-conformance PLUGIN.so [--set KEY=VALUE]…\n";
    return 2;
  }
  auto loaded = gatepost::conformance::load(file, std::move(given));
  gatepost::conformance::specimen = &loaded;
  const int result = RUN_ALL_TESTS();
  std::filesystem::remove_all(gatepost::conformance::data_folder());
  return result;
}
