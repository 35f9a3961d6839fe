// A day at a gate, pressed together: two scans a second make 172,800 of them, and they come as fast as the engine
// answers. Each hour of scans the site is reloaded, each third the receiver of the webhook is gone for a while, each
// fourth the engine is killed; a person whose scan found no answer scans again. At the end every scan is counted once.
// GATEPOST_DAY_HOURS sets how many hours (2 where it is not set, with cuts and kills four times as often).
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <deque>
#include <set>

#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "world/command.hpp"
#include "world/pty.hpp"
#include "world/receiver.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr int scans_an_hour = 2 * 3600;
constexpr std::size_t most_under_way = 24;  ///< of a lane; more than a lane lets wait would be dropped

struct Plan {
  int hours = 2;
  int quarter = 4;  ///< how many parts of an hour stand for one hour of the plan

  static Plan wanted() {
    const char* hours = std::getenv("GATEPOST_DAY_HOURS");
    return hours == nullptr ? Plan{} : Plan{std::atoi(hours), 1};
  }
  int step() const { return scans_an_hour / quarter; }
  int scans() const { return hours * scans_an_hour; }
};

struct Lane {
  std::string name;
  world::Pty gun;
  std::deque<int> waiting;  ///< nobody has scanned them yet
  std::set<int> under_way;  ///< scanned, no answer yet
};

// What the receiver has got, by the number that makes it exactly once.
class Ledger {
 public:
  void take(const std::string& body) {
    const auto batch = json::parse(body);
    const std::scoped_lock lock(mutex_);
    for (const auto& record : batch.at("records").as_array()) {
      const auto& one = record.as_object();
      const auto id =
          std::pair(one.at("epoch").to_number<std::uint64_t>(), one.at("sequence").to_number<std::uint64_t>());
      seen_.insert(id);
    }
  }
  std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return seen_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
};

class Day : public testing::Test {
 protected:
  Day() {
    lanes_[0].name = "a";
    lanes_[1].name = "b";
    std::string people = "subject\n";
    for (int i = 0; i < plan_.scans(); i += 2) people += code(i) + "\n";
    disk().write("people.csv", people);
    std::filesystem::permissions(disk().write("key", "a key that both sides of the test share\n"),
                                 std::filesystem::perms(0600));
    receiver_.forgets();
    receiver_.answers([this](const world::Request& request) {
      ledger_.take(request.body);
      return world::Reply{};
    });
    write_site(0);
    for (int i = 0; i < plan_.scans(); ++i) lanes_[static_cast<std::size_t>(i % 2)].waiting.push_back(i);
  }

  const world::Scratch& disk() const { return shell_.disk(); }
  std::string site() const { return (disk() / "site.yaml").string(); }

  static std::string code(int i) {
    char text[16];
    std::snprintf(text, sizeof text, "E%06d", i);
    return text;
  }

  // The same rules each hour, told in other words: formats and lanes are exchanged, guns and outputs stay.
  void write_site(int hour) const {
    const std::string match = hour % 2 == 0 ? "(?P<subject>E[0-9]{6})" : "(?P<subject>E\\d{6})";
    disk().write("site.yaml",
                 "site: { name: A day, code: 4017 }\njournal: { file: journal.db }\ndevices:\n"
                 "  gun_a: { plugin: serial, lines: many, device: 'serial:" +
                     lanes_[0].gun.name() +
                     "' }\n"
                     "  gun_b: { plugin: serial, lines: many, device: 'serial:" +
                     lanes_[1].gun.name() +
                     "' }\n"
                     "credentials: { card: { plugin: pattern, match: '" +
                     match +
                     "' } }\n"
                     "policies: { list: { plugin: roster, file: people.csv } }\n"
                     "outputs:\n  store: { plugin: local_store, file: store.db }\n"
                     "  cloud: { plugin: webhook, url: '" +
                     receiver_.url("/records") +
                     "', key: !file key }\n"
                     "lanes:\n"
                     "  a: { inputs: { gun_a: in }, credentials: [card], policies: [list], repeat_within: 0s, "
                     "denied_at_most: none }\n"
                     "  b: { inputs: { gun_b: out }, credentials: [card], policies: [list], repeat_within: 0s, "
                     "denied_at_most: none }\n");
  }

  void start() {
    engine_ = shell_.start({"run", site()});
    ASSERT_TRUE(engine_->says("ready in")) << engine_->output();
    for (auto& lane : lanes_) {
      ASSERT_TRUE(engine_->says("gun_" + lane.name + " up")) << engine_->output();
      lane.waiting.insert(lane.waiting.begin(), lane.under_way.begin(), lane.under_way.end());
      lane.under_way.clear();
    }
    if (!reader_) {
      auto reader = journal::Reader::open(disk() / "journal.db");
      ASSERT_TRUE(reader) << to_line(reader.error());
      reader_.emplace(std::move(*reader));
    }
  }

  // Reads the new Records: each is the answer to a scan.
  void look() {
    auto records = reader_->after(sequence_, 4096);
    ASSERT_TRUE(records) << to_line(records.error());
    for (const auto& record : *records) {
      ASSERT_EQ(record.id.sequence, sequence_ + 1) << "a gap";
      sequence_ = record.id.sequence;
      if (record.kind != RecordKind::attempt) continue;
      const int number = std::atoi(record.subject.c_str() + 1);
      ASSERT_EQ(record.outcome, number % 2 == 0 ? Outcome::grant : Outcome::deny)
          << record.subject << " " << record.reason;
      lanes_[static_cast<std::size_t>(number % 2)].under_way.erase(number);
      ++attempts_;
      answered_.insert(number);
    }
  }

  void scan_until(std::size_t answered) {
    const auto end = std::chrono::steady_clock::now() + 120s;
    while (answered_.size() < answered && std::chrono::steady_clock::now() < end) {
      for (auto& lane : lanes_)
        while (lane.under_way.size() < most_under_way && !lane.waiting.empty()) {
          lane.under_way.insert(lane.waiting.front());
          lane.gun.write(code(lane.waiting.front()) + "\r");
          lane.waiting.pop_front();
        }
      look();
      if (HasFatalFailure()) return;
    }
    ASSERT_GE(answered_.size(), answered) << "scans were lost\n" << engine_->output().substr(0, 2000);
  }

  void kill() {
    engine_->send(SIGKILL);
    engine_->wait();
    ++kills_;
    start();
  }

  void reload(int hour) {
    write_site(hour);
    const auto said = shell_.say({"reload", site()});
    ASSERT_EQ(said.exit, 0) << said.text;
  }

  long number(const std::string& key) const {
    std::ifstream status("/proc/" + std::to_string(engine_->pid()) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with(key + ":")) return std::strtol(line.c_str() + key.size() + 1, nullptr, 10);
    return 0;
  }
  long descriptors() const {
    const std::filesystem::directory_iterator all("/proc/" + std::to_string(engine_->pid()) + "/fd");
    return std::distance(begin(all), end(all));
  }

  void measure(int hour) {
    curve_.push_back({number("VmRSS"), descriptors(), number("Threads")});
    std::printf("%5d | %8zu | %7ld | %4ld | %3ld | %8zu\n", hour, answered_.size(), curve_.back().resident,
                curve_.back().descriptors, curve_.back().threads, ledger_.size());
  }

  struct Point {
    long resident, descriptors, threads;
  };

  const Plan plan_ = Plan::wanted();
  world::Shell shell_;
  std::array<Lane, 2> lanes_;
  world::Receiver receiver_;
  Ledger ledger_;
  std::unique_ptr<world::Process> engine_;
  std::optional<journal::Reader> reader_;
  std::uint64_t sequence_ = 0;
  std::size_t attempts_ = 0;
  std::set<int> answered_;
  int kills_ = 0;
  std::vector<Point> curve_;
};

TEST_F(Day, IsCountedExactlyThroughReloadsCutsAndKills) {
  std::printf(" hour | answered | RSS kB  |  fds | thr | at the receiver\n");
  ASSERT_NO_FATAL_FAILURE(start());
  const int steps = plan_.scans() / plan_.step();
  for (int hour = 1; hour <= steps; ++hour) {
    if (hour % 3 == 0) receiver_.goes_down();
    ASSERT_NO_FATAL_FAILURE(scan_until(static_cast<std::size_t>(plan_.step()) * static_cast<std::size_t>(hour)));
    if (hour % 3 == 0) receiver_.comes_back();
    measure(hour);
    if (hour % 4 == 0) {
      ASSERT_NO_FATAL_FAILURE(kill());
    }
    ASSERT_NO_FATAL_FAILURE(reload(hour));
  }
  // A person who scanned again may have been recorded twice, at most those under way at a kill.
  EXPECT_EQ(answered_.size(), static_cast<std::size_t>(plan_.scans()));
  EXPECT_LE(attempts_ - answered_.size(), static_cast<std::size_t>(kills_) * 2 * most_under_way);

  const auto end = std::chrono::steady_clock::now() + 30s;
  for (std::size_t last = 0; std::chrono::steady_clock::now() < end && ledger_.size() < sequence_;
       last = ledger_.size()) {
    look();
    std::this_thread::sleep_for(ledger_.size() == last ? 50ms : 5ms);
  }
  engine_->send(SIGTERM);
  EXPECT_EQ(engine_->ends(), 0) << engine_->output().substr(0, 2000);
  look();
  const auto proof = journal::verify(disk() / "journal.db");
  ASSERT_TRUE(proof && !proof->broken);
  EXPECT_EQ(proof->last, sequence_);

  auto store = support::Database::open(disk() / "store.db", support::Database::Access::read);
  ASSERT_TRUE(store);
  const auto stored = store->integer("SELECT count(*) FROM records WHERE kind = 0");
  ASSERT_TRUE(stored);
  EXPECT_EQ(static_cast<std::size_t>(*stored), attempts_);
  const auto counts = shell_.say({"counts", site(), "--json"});
  EXPECT_THAT(counts.text, testing::HasSubstr("{\"1h\":" + std::to_string(attempts_) + ","));

  // Flat: what the engine holds does not grow with what it has seen. Each engine is measured after its first hour.
  for (std::size_t i = 2; i < curve_.size(); ++i) {
    EXPECT_LE(curve_[i].resident, curve_[1].resident * 3 / 2) << "hour " << i + 1;
    EXPECT_LE(curve_[i].descriptors, curve_[1].descriptors + 2) << "hour " << i + 1;
    EXPECT_LE(curve_[i].threads, curve_[1].threads + 2) << "hour " << i + 1;
  }
  std::printf("%zu scans answered, %zu attempts recorded, %d kills, %zu Records at the receiver of %llu\n",
              answered_.size(), attempts_, kills_, ledger_.size(), static_cast<unsigned long long>(sequence_));
}

}  // namespace
}  // namespace gatepost
