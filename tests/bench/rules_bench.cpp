// rules_bench [ATTEMPTS]: what a scan's verdict costs with every rule on, and recorded attempts against a changed site.
#include <chrono>
#include <random>

#include "api/replayed.hpp"
#include "bench/plugin_object.hpp"
#include "config/load.hpp"
#include "world/scratch.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using gatepost::Direction;
using gatepost::Outcome;
using gatepost::Record;
using gatepost::RecordKind;
using gatepost::WallTime;

constexpr int people = 2000;

std::string subject(int number) {
  char text[16];
  std::snprintf(text, sizeof text, "E%06d", number);
  return text;
}

std::string site_with(const std::string& policies, const std::string& names) {
  return "site: { name: bench, code: 1 }\n"
         "devices: { a: { plugin: serial, device: 'serial:/dev/ttyUSB8' }, b: { plugin: serial, device: "
         "'serial:/dev/ttyUSB9' } }\n"
         "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
         "policies: { " +
         policies + " }\nlanes: { main: { inputs: { a: in, b: out }, credentials: [card], policies: [" + names +
         "] } }\n";
}

/// People come in the morning and go in the evening, for as many days as it takes.
std::vector<Record> attempts(std::uint64_t count) {
  std::vector<Record> all;
  std::mt19937 random(4017);
  WallTime now = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 1)) + std::chrono::hours(6);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto person = static_cast<int>(i % people);
    const bool in = (i / people) % 2 == 0;
    now += std::chrono::seconds(1 + random() % 20);
    Record record{.id = {1, 1, i + 1}, .kind = RecordKind::attempt, .wall = now};
    record.clock = {gatepost::ClockSource::network, gatepost::Duration(1)};
    record.lane = "main";
    record.direction = in ? Direction::in : Direction::out;
    record.scheme = "card";
    record.subject = subject(person);
    record.outcome = Outcome::grant;
    record.reason = "granted";
    all.push_back(std::move(record));
  }
  return all;
}

/// Seconds that the replay took, and how many verdicts differ.
std::pair<double, std::uint64_t> replayed(const gatepost::plugin::Catalogue& catalogue, const std::string& site,
                                          const gatepost::world::Scratch& folder, const std::vector<Record>& records) {
  const auto loaded = gatepost::config::load_text(site, folder / "site.yaml", catalogue);
  if (!loaded.site) {
    std::fprintf(stderr, "%s", loaded.shown().c_str());
    std::exit(1);
  }
  gatepost::api::Replayed replay(*loaded.site);
  const auto begin = Clock::now();
  for (const auto& record : records)
    if (const auto added = replay.add(record, [](const auto&) {}); !added) {
      std::fprintf(stderr, "%s\n", to_line(added.error()).c_str());
      std::exit(1);
    }
  return {std::chrono::duration<double>(Clock::now() - begin).count(), replay.sums().differ};
}

}  // namespace

int main(int count, char** words) {
  const std::uint64_t number = count < 2 ? 100'000 : std::strtoull(words[1], nullptr, 10);
  const std::vector folders{std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() /
                            "lib/gatepost/plugins"};
  const auto catalogue = gatepost::plugin::Catalogue::load(folders);
  const gatepost::world::Scratch folder;
  std::string list = "subject\n", plan = "subject,shift\n", wanted = "subject,action\nE999999,deny\n";
  for (int i = 0; i < people; ++i) {
    list += subject(i) + "\n";
    plan += subject(i) + ",all\n";
  }
  folder.write("list.csv", list);
  folder.write("plan.csv", plan);
  folder.write("wanted.csv", wanted);
  const auto records = attempts(number);
  const std::string all =
      "staff: { plugin: roster, file: list.csv }, shifts: { plugin: schedule, shifts: ['all: daily 00:00-24:00'], "
      "file: "
      "plan.csv }, once: { plugin: anti_passback }, room: { plugin: quota, inside_at_most: 100000, passes_per_day: 100 "
      "}, "
      "wanted: { plugin: watchlist, file: wanted.csv }, kind: { plugin: requires, schemes: [card] }";
  std::puts("name | value | unit | ratio | budget");
  const auto [bare, none] =
      replayed(catalogue, site_with("kind: { plugin: requires, schemes: [card] }", "kind"), folder, records);
  const auto [full, differ] =
      replayed(catalogue, site_with(all, "staff, shifts, once, room, wanted, kind"), folder, records);
  const double a_scan = 1e6 / static_cast<double>(number);
  bench::row("a scan's verdict, one rule", bare * a_scan, "us", "1.00");
  bench::row("a scan's verdict, roster, schedule, anti_passback, quota, watchlist, requires", full * a_scan, "us",
             bench::ratio(full, bare), "50 us");
  bench::row("replay of " + std::to_string(number) + " attempts against that site", full, "s", "", "10 s");
  bench::row("verdicts that differ (none is meant to)", static_cast<double>(none + differ), "");
}
