// roster_bench [ROWS | --full]: lookups in a roster of that many, as CSV (indexed) and as SQLite.
#include <fcntl.h>
#include <sqlite3.h>

#include <chrono>
#include <random>
#include <thread>

#include "bench/plugin_object.hpp"
#include "world/site_host.hpp"

namespace {

using gatepost::Policy;
using Clock = std::chrono::steady_clock;

std::string subject(std::uint64_t number) {
  char text[16];
  std::snprintf(text, sizeof text, "%012llu", static_cast<unsigned long long>(number * 2));
  return text;
}

/// Numbers in an order that a list has: none.
std::uint64_t scattered(std::uint64_t i, std::uint64_t rows) { return i * 7'368'787 % rows; }

void write_csv(const std::filesystem::path& file, std::uint64_t rows) {
  std::ofstream out(file, std::ios::binary);
  out << "subject,name,valid_until,status\n";
  for (std::uint64_t i = 0; i < rows; ++i) out << subject(scattered(i, rows)) << ",Visitor,2099-12-31,active\n";
}

void run(sqlite3* db, const std::string& sql) {
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    std::fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    std::exit(1);
  }
}

sqlite3* write_sqlite(const std::filesystem::path& file, std::uint64_t rows) {
  sqlite3* db = nullptr;
  sqlite3_open(file.c_str(), &db);
  run(db,
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN;"
      "CREATE TABLE roster(subject TEXT PRIMARY KEY, name, valid_until, status) WITHOUT ROWID;"
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " +
          std::to_string(rows) +
          ") INSERT INTO roster SELECT printf('%012d', i * 2), 'Visitor', '2099-12-31', 'active' FROM n; COMMIT");
  return db;
}

gatepost::Result<gatepost::Decision> decide(const Policy& policy, const std::string& who) {
  const gatepost::Credential credential{.scheme = "card", .subject = who};
  const gatepost::Reading reading{.payload = {}};
  const gatepost::WallTime wall{std::chrono::hours(24 * 20'000)};
  return policy.decide({credential, reading, "in", gatepost::Direction::in, {}, wall});
}

/// Microseconds of lookups of random people, half of them listed; wrong answers end the bench.
std::vector<double> lookups(const Policy& policy, std::uint64_t rows, int times) {
  std::mt19937_64 random(1);
  std::vector<double> all;
  for (int i = 0; i < times; ++i) {
    auto who = subject(random() % rows);
    const bool listed = i % 2 == 0;
    if (!listed) who.back() = static_cast<char>(who.back() + 1);
    const auto start = Clock::now();
    const auto decision = decide(policy, who);
    all.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    if ((bench::good(decision).outcome == gatepost::Outcome::grant) != listed) std::abort();
  }
  return all;
}

/// The file's pages leave the page cache, as far as the kernel lets go of them.
void forget(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  ::fdatasync(descriptor);
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  ::close(descriptor);
}

std::unique_ptr<Policy> make(const std::filesystem::path& file) {
  const auto& descriptor = bench::plugin("roster");
  const auto values = bench::values(descriptor, {{"file", file}, {"show", std::vector<std::string>{"name"}}});
  const auto host = std::make_shared<gatepost::world::SiteHost>(file.string() + ".data");
  host->time.run();
  return bench::good(descriptor.make.policy(values, {"list", file.parent_path(), host}));
}

void report(const std::string& kind, const Policy& policy, const std::filesystem::path& pages, std::uint64_t rows) {
  lookups(policy, rows, 200'000);
  const double before = bench::resident_mb();
  const auto warm = lookups(policy, rows, 100'000);
  bench::row(kind + ", lookup warm, p50", bench::percentile(warm, 0.5), "us", "", "50 us");
  bench::row(kind + ", lookup warm, p99", bench::percentile(warm, 0.99), "us", "", "50 us");
  forget(pages);
  const auto cold = lookups(policy, rows, 200);
  bench::row(kind + ", first 200 lookups after the page cache forgot it, p50", bench::percentile(cold, 0.5), "us");
  bench::row(kind + ", the same, p99", bench::percentile(cold, 0.99), "us");
  bench::row(kind + ", resident memory, growth by lookups", bench::resident_mb() - before, "MB");
}

void csv(const std::filesystem::path& folder, std::uint64_t rows) {
  const auto file = folder / "list.csv";
  write_csv(file, rows);
  const double before = bench::resident_mb();
  const auto start = Clock::now();
  const auto policy = make(file);
  bench::row("CSV of " + std::to_string(rows) + ", first index",
             std::chrono::duration<double>(Clock::now() - start).count(), "s");
  report("CSV", *policy, folder / "list.csv.data/list_not_taken.1/index", rows);
  bench::row("CSV, resident memory, all growth", bench::resident_mb() - before, "MB");
  const auto again = Clock::now();
  make(file);
  bench::row("CSV, made again with its index there",
             std::chrono::duration<double, std::milli>(Clock::now() - again).count(), "ms");
}

void sqlite(const std::filesystem::path& folder, std::uint64_t rows) {
  const auto file = folder / "list.db";
  sqlite3* db = write_sqlite(file, rows);
  const auto policy = make(file);
  report("SQLite", *policy, file, rows);
  const auto start = Clock::now();
  run(db, "PRAGMA synchronous = FULL; BEGIN");
  for (std::uint64_t i = 0; i < 1000; ++i)
    run(db, "UPDATE roster SET status = 'blocked' WHERE subject = '" + subject(scattered(i * 9973, rows)) + "'");
  run(db, "COMMIT");
  if (bench::good(decide(*policy, subject(scattered(0, rows)))).reason != "blocked") std::abort();
  bench::row("SQLite, 1,000 rows changed, committed and seen",
             std::chrono::duration<double, std::milli>(Clock::now() - start).count(), "ms", "", "1000 ms");
  sqlite3_close(db);
}

}  // namespace

int main(int count, char** words) {
  const std::uint64_t rows = bench::size_of(count, words);
  std::string pattern = (std::filesystem::temp_directory_path() / "roster_bench_XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::printf("name | value | unit | ratio | budget\n");
  csv(folder, rows);
  sqlite(folder, rows);
  std::filesystem::remove_all(folder);
}
