// Lanes that commit, a device that posts, work that needs the file to itself, on a disk that may fail or be slow.
#include "journal/commits.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "journal/encoding.hpp"
#include "scenario.hpp"

namespace gatepost::journal {

// Linked in place of the real one, which would bring the formats of Records along.
std::size_t kept_size(const Record& record) { return record.subject.size(); }
void draw_salt(std::span<std::byte>) {}

}  // namespace gatepost::journal

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;
using journal::Commits;

Record record_of(const std::string& subject) {
  Record record;
  record.subject = subject;
  return record;
}

struct Site {
  SystemClock clock;
  journal::Writer writer;
  journal::Options options{.file = "journal", .clock = &clock, .disk = nullptr, .boot = "boot"};
  std::size_t posted = 0;
  std::atomic<bool> is_told_slow = false;
};

void commit(Commits& commits, Site& site, const std::string& subject) {
  const bool is_urgent = draw(4) == 0;
  const BootTime not_after = is_urgent ? site.clock.boot() + 1s : BootTime::max();
  const Result<RecordId> id = commits.commit(record_of(subject), not_after);
  const bool may_fail = site.writer.has_failed || (is_urgent && site.clock.boot() > not_after);
  if (!id) return require(may_fail, "a commit was refused in time, by a disk that is well");
  // Under its turn, since the file is of whoever has it.
  const auto same = commits.with_turn([&]() -> Result<void> {
    require(id->sequence >= 1 && id->sequence <= site.writer.file.size(), "a commit was answered with no Record's id");
    require(site.writer.file[id->sequence - 1] == subject, "a commit was answered with another's id");
    return {};
  });
  require(same || site.writer.has_failed, "the turn was refused by a disk that is well");
}

// Where nothing failed nothing waits for time: the flusher is woken by what is posted, the watch by a write.
std::string waits_in_vain(const Site& site, Duration until) {
  if (site.writer.has_failed) return {};
  if (site.writer.sleeps_since)
    return *site.writer.sleeps_since + 3s < until && !site.is_told_slow ? "nobody was told that the disk is slow" : "";
  const auto kept = std::ranges::count_if(site.writer.file, [](const auto& name) { return name.starts_with('p'); });
  return static_cast<std::size_t>(kept) < site.posted ? "time passes, and what was posted is not written" : "";
}

void run_lanes(Commits& all, Site& site) {
  std::vector<std::jthread> threads;
  for (const char* lane : {"a", "b", "c"})
    threads.emplace_back([&, lane] {
      commit(all, site, std::string(lane) + "1");
      if (draw(3) == 0) commit(all, site, std::string(lane) + "2");
    });
  threads.emplace_back([&] {
    for (const char* subject : {"p1", "p2"}) {
      all.post(record_of(subject));
      ++site.posted;
    }
    require(all.batches() < 20, "there are more batches than Records");
  });
}

}  // namespace

void commits() {
  Site site;
  site.writer.failures_left = draw(2) * draw(4);
  site.writer.is_slow = draw(3) == 0;
  site.options.alarm = [&](const Record& record) {
    if (record.reason == "journal_slow") site.is_told_slow = true;
  };
  before_time_passes([&](Duration until) { return waits_in_vain(site, until); });
  {
    Commits all(site.options, site.writer);
    all.start();
    run_lanes(all, site);
    if (draw(2) == 0) std::this_thread::sleep_for(1h);
    const auto mend = [&]() -> Result<void> {
      site.writer.failures_left = 0;
      return {};
    };
    while (!all.with_turn(mend)) require(site.writer.has_failed, "the turn was refused by a disk that is well");
  }
  for (const char* subject : {"p1", "p2"})
    require(std::ranges::count(site.writer.file, subject) == 1, "what was posted is not in the file once");
}

}  // namespace gatepost::interleaving
