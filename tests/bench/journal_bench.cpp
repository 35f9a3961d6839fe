// What a durable Record costs, beside the bare write that no durable thing can beat, and beside SQLite alone.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "journal/journal.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using SteadyClock = std::chrono::steady_clock;

struct Figures {
  double p50 = 0, p99 = 0;  // microseconds
  double rate = 0;          // a second
};

// Runs `one` `times` times on each of `threads` threads.
template <class One>
Figures measure(unsigned threads, unsigned times, One one) {
  std::vector<std::vector<double>> took(threads);
  const auto begun = SteadyClock::now();
  {
    std::vector<std::jthread> running;
    for (unsigned t = 0; t < threads; ++t)
      running.emplace_back([&, t] {
        for (unsigned i = 0; i < times; ++i) {
          const auto before = SteadyClock::now();
          one();
          took[t].push_back(std::chrono::duration<double, std::micro>(SteadyClock::now() - before).count());
        }
      });
  }
  const std::chrono::duration<double> whole = SteadyClock::now() - begun;
  std::vector<double> all;
  for (const auto& some : took) all.insert(all.end(), some.begin(), some.end());
  std::ranges::sort(all);
  return {all[all.size() / 2], all[all.size() * 99 / 100], static_cast<double>(all.size()) / whole.count()};
}

void stop_with(const std::string& why) {
  std::fprintf(stderr, "journal_bench: %s\n", why.c_str());
  std::exit(1);
}

void row(const char* name, double value, const char* unit, double ratio, const char* budget) {
  std::printf("%s | %.1f | %s | %.2f | %s\n", name, value, unit, ratio, budget);
}

// 512 bytes written in place, then fdatasync: the least that a durable thing costs on this disk.
Figures bare(const std::filesystem::path& file, unsigned times) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  std::vector<char> block(4U << 20, 'x');
  if (descriptor < 0 || ::write(descriptor, block.data(), block.size()) < 0) stop_with("cannot write to the disk");
  ::fdatasync(descriptor);
  off_t place = 0;
  const Figures figures = measure(1, times, [&] {
    if (::pwrite(descriptor, block.data(), 512, place) != 512) stop_with("cannot write to the disk");
    place = (place + 512) % static_cast<off_t>(block.size());
    ::fdatasync(descriptor);
  });
  ::close(descriptor);
  return figures;
}

Record sample() {
  Record record{.kind = RecordKind::attempt, .lane = "main", .device = "gun", .symbology = "]Q3", .scheme = "staff"};
  record.wall = SystemClock().wall();  // or else it is too old to keep
  record.subject = "E0001017";
  record.outcome = Outcome::grant;
  record.reason = "granted";
  record.details["name"] = "Sample Person";
  return record;
}

std::unique_ptr<journal::Journal> open_journal(const std::filesystem::path& file, const Clock& clock) {
  auto journal = journal::Journal::open({.file = file, .site = 4017, .clock = &clock});
  if (!journal) stop_with(to_line(journal.error()));
  return std::move(*journal);
}

Figures through_journal(journal::Journal& journal, unsigned threads, unsigned times) {
  return measure(threads, times, [&] {
    if (auto committed = journal.commit(sample()); !committed) stop_with(to_line(committed.error()));
  });
}

// Rows of 300 bytes through SQLite's own interface, `batch` of them a transaction.
Figures raw_sqlite(const std::filesystem::path& file, unsigned batch, unsigned times) {
  sqlite3* database = nullptr;
  sqlite3_open(file.c_str(), &database);
  const auto run = [&](const char* sql) {
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) stop_with(sqlite3_errmsg(database));
  };
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, b "
      "BLOB)");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO t(b) VALUES(?)", -1, &insert, nullptr);
  const std::array<char, 300> body{};
  Figures figures = measure(1, times, [&] {
    run("BEGIN IMMEDIATE");
    for (unsigned i = 0; i < batch; ++i) {
      sqlite3_bind_blob(insert, 1, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
      sqlite3_step(insert);
      sqlite3_reset(insert);
    }
    run("COMMIT");
  });
  sqlite3_finalize(insert);
  sqlite3_close(database);
  figures.rate *= batch;
  return figures;
}

}  // namespace

int main(int count, char** words) {
  const unsigned times = count > 1 ? static_cast<unsigned>(std::strtoul(words[1], nullptr, 10)) : 2000;
  const world::Scratch scratch;
  const SystemClock clock;
  auto journal = open_journal(scratch / "journal.db", clock);
  through_journal(*journal, 1, 1500);  // until the WAL has its size
  raw_sqlite(scratch / "raw.db", 1, 1500);

  std::printf("name | value | unit | ratio | budget\n");
  for (int round = 0; round < 3; ++round) {
    const Figures least = bare(scratch / "bare", times);
    const Figures sqlite = raw_sqlite(scratch / "raw.db", 1, times);
    const Figures one = through_journal(*journal, 1, times);
    const Figures eight = through_journal(*journal, 8, times / 2);
    const Figures batches = raw_sqlite(scratch / "raw.db", 8, times / 2);
    row("bare 512-byte fdatasync, p50", least.p50, "us", 1, "");
    row("bare 512-byte fdatasync, p99", least.p99, "us", 1, "");
    row("raw SQLite, one row synced, p50", sqlite.p50, "us", sqlite.p50 / least.p50, "");
    row("journal, 1 lane, p50", one.p50, "us", one.p50 / least.p50, "1.5 x bare");
    row("journal, 1 lane, p99", one.p99, "us", one.p99 / least.p99, "");
    row("journal, 8 busy lanes, p50", eight.p50, "us", eight.p50 / least.p50, "");
    row("journal, 8 busy lanes, p99", eight.p99, "us", eight.p99 / least.p99, "1000 us");
    row("journal, 8 busy lanes", eight.rate, "Records/s", eight.rate / batches.rate, "");
    row("raw SQLite, batches of 8", batches.rate, "rows/s", 1, "");
  }
}
