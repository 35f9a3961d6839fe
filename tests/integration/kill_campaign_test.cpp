// Kills the running engine at random moments under load and looks at what is left on disk and on the wire.
// GATEPOST_KILLS sets how often (200 where it is not set).
#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>

#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "world/places.hpp"
#include "world/process.hpp"
#include "world/pty.hpp"
#include "world/scratch.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using world::Process;
using world::Pty;
using world::Scratch;

constexpr int people = 500;

int kills() {
  const char* wanted = std::getenv("GATEPOST_KILLS");
  return wanted == nullptr ? 200 : std::atoi(wanted);
}

// One lane of the site: its scanner's and its relay board's wires.
struct Wires {
  Pty gun, board;
  std::uint64_t releases = 0;  ///< commands "on" seen on the board's wire
  std::string rest_of_frame;

  // LCUS frames are four bytes: A0, channel, on or off, sum.
  void watch() {
    rest_of_frame += board.read(0);
    while (rest_of_frame.size() >= 4) {
      EXPECT_EQ(static_cast<unsigned char>(rest_of_frame[0]), 0xA0U);
      if (rest_of_frame[2] == 1) ++releases;
      rest_of_frame.erase(0, 4);
    }
  }
};

class KillCampaign : public testing::Test {
 protected:
  KillCampaign() {
    std::string list = "subject\n";
    for (int i = 0; i < people; ++i) list += code(i) + "\n";
    disk_.write("people.csv", list);
    const auto device = [](const char* name, const char* plugin, const std::string& key, const std::string& address) {
      return std::string("  ") + name + ": { plugin: " + plugin + ", " + key + ": \"" + address + "\" }\n";
    };
    site_ = disk_.write(
        "site.yaml", "site: { name: Kill campaign, code: 4017 }\ndevices:\n" +
                         device("gun_a", "serial", "device", "serial:" + a_.gun.name()) +
                         device("gun_b", "serial", "device", "serial:" + b_.gun.name()) +
                         device("gate_a", "turnstile_relay", "out: 0, pulse: 1ms, board", "lcus:" + a_.board.name()) +
                         device("gate_b", "turnstile_relay", "out: 0, pulse: 1ms, board", "lcus:" + b_.board.name()) +
                         R"yaml(
credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }
policies: { list: { plugin: roster, file: people.csv } }
outputs: { store: { plugin: local_store, file: store.db } }
lanes:
  a: { inputs: { gun_a: in }, credentials: [card], policies: [list], actuator: gate_a, repeat_within: 0s, denied_at_most: none }
  b: { inputs: { gun_b: in }, credentials: [card], policies: [list], actuator: gate_b, repeat_within: 0s, denied_at_most: none }
)yaml");
  }

  static std::string code(int i) {
    char text[16];
    std::snprintf(text, sizeof text, "E%06d", i);
    return text;
  }

  // Both guns scan without a pause until `until`; the boards' wires are read meanwhile, as boards do.
  void load(std::chrono::steady_clock::time_point until) {
    while (std::chrono::steady_clock::now() < until) {
      for (Wires* wires : {&a_, &b_}) {
        wires->gun.write(code(static_cast<int>(random_() % people)) + "\r");
        wires->watch();
      }
      std::this_thread::sleep_for(300us);
    }
  }

  std::unique_ptr<Process> start() {
    auto engine =
        std::make_unique<Process>(std::vector<std::string>{world::command(), "run", site_.string()}, disk_ / "out");
    EXPECT_TRUE(engine->says("ready in")) << engine->output();
    return engine;
  }

  // What must hold after every kill.
  void expect_whole() {
    const auto proof = journal::verify(disk_ / "journal.db");
    ASSERT_TRUE(proof) << to_line(proof.error());
    ASSERT_FALSE(proof->broken) << proof->broken->sequence << " " << proof->broken->what;
    for (Wires* wires : {&a_, &b_}) wires->watch();
    std::uint64_t granted_a = 0, granted_b = 0;
    auto reader = journal::Reader::open(disk_ / "journal.db");
    ASSERT_TRUE(reader);
    for (std::uint64_t sequence = 0;;) {
      auto records = reader->after(sequence, 4096);
      ASSERT_TRUE(records);
      if (records->empty()) break;
      for (const auto& record : *records) {
        if (record.kind != RecordKind::attempt || record.outcome != Outcome::grant) continue;
        ++(record.lane == "a" ? granted_a : granted_b);
      }
      sequence = records->back().id.sequence;
    }
    ASSERT_LE(a_.releases, granted_a) << "a gate moved without its Record";
    ASSERT_LE(b_.releases, granted_b) << "a gate moved without its Record";
    granted_ = granted_a + granted_b;
    last_ = proof->last;
  }

  // Waits until the output has taken what the journal has.
  void drain() {
    auto database = support::Database::open(disk_ / "store.db", support::Database::Access::read);
    ASSERT_TRUE(database);
    const auto end = std::chrono::steady_clock::now() + 20s;
    std::int64_t taken = 0;
    while (taken < static_cast<std::int64_t>(last_) && std::chrono::steady_clock::now() < end) {
      auto count = database->integer("SELECT count(*) FROM records");
      taken = count ? *count : 0;
      std::this_thread::sleep_for(10ms);
    }
    EXPECT_GE(taken, static_cast<std::int64_t>(last_));
    // In one statement each: the engine that runs goes on recording.
    const auto twice = database->integer("SELECT count(*) - count(DISTINCT sequence) FROM records");
    const auto absent = database->integer("SELECT max(sequence) - count(DISTINCT sequence) FROM records");
    ASSERT_TRUE(twice && absent);
    EXPECT_EQ(*twice, 0) << "a Record came to the output twice";
    EXPECT_EQ(*absent, 0) << "a Record never came to the output";
  }

  Scratch disk_;
  Wires a_, b_;
  std::filesystem::path site_;
  std::mt19937 random_{4017};
  std::uint64_t granted_ = 0, last_ = 0;
};

TEST_F(KillCampaign, NoGateMovesWithoutItsRecordAndNothingIsLost) {
  for (int round = 0; round < kills(); ++round) {
    SCOPED_TRACE("kill " + std::to_string(round));
    auto engine = start();
    load(std::chrono::steady_clock::now() + std::chrono::milliseconds(20 + random_() % 120));
    engine->send(SIGKILL);
    EXPECT_EQ(engine->wait(), -SIGKILL);
    expect_whole();
    if (HasFatalFailure()) return;
  }
  auto engine = start();
  drain();
  engine->send(SIGTERM);
  EXPECT_EQ(engine->wait(), 0) << engine->output();
  for (const char* file : {"journal.db", "store.db"}) {
    auto database = support::Database::open(disk_ / file, support::Database::Access::read);
    ASSERT_TRUE(database);
    auto check = database->prepare("PRAGMA integrity_check");
    ASSERT_TRUE(check && *check->step());
    EXPECT_EQ(check->text(0), "ok") << file;
  }
  EXPECT_GT(a_.releases + b_.releases, static_cast<std::uint64_t>(kills())) << "the campaign put no load on the gates";
  std::printf("%d kills, %llu Records, %llu grants, %llu releases\n", kills(), static_cast<unsigned long long>(last_),
              static_cast<unsigned long long>(granted_), static_cast<unsigned long long>(a_.releases + b_.releases));
}

}  // namespace
}  // namespace gatepost
