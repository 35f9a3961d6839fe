// store_bench [ROWS | --full]: local_store filled with a month of Records of 8 lanes and 3 outcomes, beside bare
// SQLite.
#include <sqlite3.h>

#include <chrono>
#include <ctime>
#include <functional>
#include <thread>

#include "bench/plugin_object.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::Record;
using gatepost::WallTime;
using Seconds = std::chrono::duration<double>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch_size = 500;
constexpr WallTime end{20'000 * 24h};

Record record(std::uint64_t sequence, std::uint64_t rows) {
  Record made;
  made.id = {4017, 1, sequence};
  made.wall = end - gatepost::Duration(30 * 24h) / rows * (rows - sequence);
  made.boot = "0123456789abcdef0123456789abcdef";
  made.lane = "lane " + std::to_string(sequence % 8);
  made.device = "gun";
  made.symbology = "]Q1";
  made.scheme = "staff_card";
  made.subject = std::to_string(1'000'000'000 + sequence * 7919 % 1'000'000);
  made.outcome = static_cast<gatepost::Outcome>(sequence / 8 % 3);
  made.reason = "granted";
  return made;
}

std::vector<Record> batch(std::uint64_t first, std::uint64_t rows) {
  std::vector<Record> records;
  for (std::size_t i = 0; i < batch_size; ++i) records.push_back(record(first + i, rows));
  return records;
}

/// Records a second, not counting the time to make them.
double fill(gatepost::Sink& store, std::uint64_t rows) {
  Seconds spent{};
  for (std::uint64_t first = 1; first <= rows; first += batch_size) {
    const auto records = batch(first, rows);
    const auto start = Clock::now();
    const auto delivery = store.deliver(records, {});
    spent += Clock::now() - start;
    if (delivery.error) bench::good(gatepost::Result<int>(*delivery.error));
  }
  return static_cast<double>(rows) / spent.count();
}

/// The same columns into a table with the same primary key, one synced transaction a batch, and nothing else.
double fill_bare(const std::filesystem::path& file, std::uint64_t rows) {
  sqlite3* db = nullptr;
  sqlite3_open(file.c_str(), &db);
  sqlite3_exec(
      db,
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t(site, epoch, sequence, kind, wall, "
      "at, boot, lane, direction, device, symbology, scheme, subject, verified, outcome, reason, about, "
      "details, PRIMARY KEY(site, epoch, sequence)) WITHOUT ROWID",
      nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO t VALUES(?,1,?,0,?,0,?,?,0,?,?,?,?,0,?,?,0,'')", -1, &insert, nullptr);
  Seconds spent{};
  for (std::uint64_t first = 1; first <= rows; first += batch_size) {
    const auto records = batch(first, rows);
    const auto start = Clock::now();
    sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    for (const Record& made : records) {
      sqlite3_bind_int64(insert, 1, 4017);
      sqlite3_bind_int64(insert, 2, static_cast<std::int64_t>(made.id.sequence));
      sqlite3_bind_int64(insert, 3, made.wall.time_since_epoch().count());
      sqlite3_bind_int64(insert, 10, static_cast<std::int64_t>(made.outcome));
      int place = 3;
      for (const auto* text : {&made.boot, &made.lane, &made.device, &made.symbology, &made.scheme, &made.subject})
        sqlite3_bind_text(insert, ++place, text->c_str(), -1, SQLITE_STATIC);
      sqlite3_bind_text(insert, 11, made.reason.c_str(), -1, SQLITE_STATIC);
      sqlite3_step(insert);
      sqlite3_reset(insert);
    }
    sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
    spent += Clock::now() - start;
  }
  sqlite3_finalize(insert);
  sqlite3_close(db);
  return static_cast<double>(rows) / spent.count();
}

/// Milliseconds of each call.
template <class F>
std::vector<double> timed(int times, F f) {
  std::vector<double> all;
  for (int i = 0; i < times; ++i) {
    const auto start = Clock::now();
    f(i);
    all.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  return all;
}

/// Milliseconds of CPU that each call took of this thread.
template <class F>
std::vector<double> timed_cpu(int times, F f) {
  std::vector<double> all;
  for (int i = 0; i < times; ++i) {
    timespec from{}, to{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    f(i);
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    all.push_back(static_cast<double>(to.tv_sec - from.tv_sec) * 1e3 +
                  static_cast<double>(to.tv_nsec - from.tv_nsec) / 1e6);
  }
  return all;
}

/// How many single rows lie between the five ends of the windows and the minutes nearest to them, on average.
double edge_rows(const std::filesystem::path& file, const std::function<WallTime(int)>& moment) {
  sqlite3* db = nullptr;
  sqlite3_stmt* edge = nullptr;
  sqlite3_open(file.c_str(), &db);
  sqlite3_prepare_v2(db, "SELECT count(*) FROM records WHERE kind = 0 AND site = 4017 AND wall >= ? AND wall < ?", -1,
                     &edge, nullptr);
  double rows = 0;
  constexpr int asked = 50;
  for (int i = 0; i < asked; ++i) {
    for (const auto window : {0h, 1h, 24h, 7 * 24h, 30 * 24h}) {
      const WallTime exact = moment(i) - window + 1ns, minute = std::chrono::round<std::chrono::minutes>(exact);
      sqlite3_bind_int64(edge, 1, std::min(exact, minute).time_since_epoch().count());
      sqlite3_bind_int64(edge, 2, std::max(exact, minute).time_since_epoch().count());
      if (sqlite3_step(edge) == SQLITE_ROW) rows += static_cast<double>(sqlite3_column_int64(edge, 0));
      sqlite3_reset(edge);
    }
  }
  sqlite3_finalize(edge);
  sqlite3_close(db);
  return rows / asked;
}

/// The month by a covering index alone.
double count_by_index(const std::filesystem::path& file) {
  sqlite3* db = nullptr;
  sqlite3_open(file.c_str(), &db);
  const std::string sql = "SELECT lane, outcome, count(*) FROM records WHERE kind = 0 AND site = 4017 AND wall > " +
                          std::to_string((end - 30 * 24h).time_since_epoch().count()) + " GROUP BY lane, outcome";
  const auto all = timed(3, [&](int) { sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr); });
  sqlite3_close(db);
  return bench::percentile(all, 0.5);
}

}  // namespace

int main(int count, char** words) {
  const std::uint64_t rows = bench::size_of(count, words) / batch_size * batch_size;
  std::string pattern = (std::filesystem::temp_directory_path() / "store_bench_XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  const auto file = folder / "store.db";
  const auto& descriptor = bench::plugin("local_store");
  auto store = bench::good(descriptor.make.sink(bench::values(descriptor, {{"file", file}}), {"store", folder}));

  std::printf("name | value | unit | ratio | budget\n");
  const double bare = fill_bare(folder / "bare.db", std::min<std::uint64_t>(rows, 500'000));
  const double before = bench::resident_mb();
  const double filled = fill(*store, rows);
  bench::row("raw SQLite, synced batches of 500", bare, "rows/s", "1");
  bench::row("local_store, batches of 500, " + std::to_string(rows) + " rows", filled, "Records/s",
             bench::ratio(filled, bare));
  bench::row("resident memory, growth by that", bench::resident_mb() - before, "MB");
  const auto moment = [](int i) { return end - i * 7919s - i * 1237ns; };
  const auto ask = [&](int i) { bench::good(store->counts(moment(i))); };
  // Asked now and then, as a person or a screen does: a loop would be measured with the turns of other programs.
  const auto seldom = [&] {
    std::vector<double> all;
    for (int i = 0; i < 300; ++i) {
      std::this_thread::sleep_for(5ms);
      all.push_back(timed(1, [&](int) { ask(i); }).front());
    }
    return all;
  };
  const auto first = seldom();  // every one at other edges, whose pages may have to come from the disk
  const auto counts = seldom();
  const auto cpu = timed_cpu(300, ask);
  const double by_index = count_by_index(file);
  bench::row("counts of the four windows, p50", bench::percentile(counts, 0.5), "ms",
             bench::ratio(bench::percentile(counts, 0.5), by_index), "1 ms");
  bench::row("counts of the four windows, p90", bench::percentile(counts, 0.9), "ms", "", "1 ms");
  bench::row("counts of the four windows, p99", bench::percentile(counts, 0.99), "ms");
  bench::row("counts of the four windows, CPU p50", bench::percentile(cpu, 0.5), "ms");
  bench::row("counts of the four windows, CPU p99", bench::percentile(cpu, 0.99), "ms");
  bench::row("single rows read for that at the edges, mean", edge_rows(file, moment), "rows");
  bench::row("counts at edges asked for the first time, p99", bench::percentile(first, 0.99), "ms");
  bench::row("one month by a covering index", by_index, "ms", "1");
  bench::row("file", static_cast<double>(std::filesystem::file_size(file)) / 1e6, "MB");
  std::filesystem::remove_all(folder);
}
