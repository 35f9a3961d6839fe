// On a site's journal with hashed subjects, before and after a kill.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "runtime/policy_replay.hpp"
#include "runtime/shared_policy.hpp"
#include "supervisor/journal_writer.hpp"
#include "visit.cpp"
#include "world/passages.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
using gatepost::Record;
using gatepost::runtime::PolicyReplay;
using gatepost::runtime::SharedPolicy;
using gatepost::supervisor::JournalWriter;
using gatepost::supervisor::Pseudonymizer;

/// A journal whose Records have the subjects' hashes, and a list that has the subjects.
struct Site {
  Site() {
    const auto key = disk.write("key", "sixteen bytes at the very least");
    std::filesystem::permissions(key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    gatepost::config::Journal settings;
    settings.subjects = gatepost::config::Privacy::hash;
    settings.hash_key = key;
    pseudonymizer = *Pseudonymizer::make(settings);
    journal = world::open_journal(
        {.file = disk / "journal.db", .durable = [this](const Record& record) { replay.tell(record.id); }});
    writer = std::make_unique<JournalWriter>(*journal, *pseudonymizer);
  }
  /// One that was just built, and has learned what the journal has.
  std::shared_ptr<SharedPolicy> start() {
    auto made = VisitPolicy::make({.file = disk / "visits.csv", .time_zone = "UTC"}, {"visits", "/"});
    EXPECT_TRUE(made);
    auto policy = std::make_shared<SharedPolicy>("visits", std::move(*made));
    EXPECT_TRUE(replay.enrol({policy}, disk / "journal.db", gatepost::SystemClock().wall()));
    return policy;
  }
  std::string decision(const SharedPolicy& policy, const world::Visit& visit) {
    const auto decided = world::attempt(visit, [&](const Attempt& attempt) {
      return policy.ask(attempt, [&] { return writer->subject_key(visit.subject); });
    });
    return decided ? std::string(to_word(decided->outcome)) + decided->reason : "error";
  }
  void passes(const world::Visit& visit) {
    EXPECT_TRUE(writer->commit(world::granted(visit, 0), gatepost::BootClock::now() + 10s));
  }

  const world::Scratch disk;
  std::optional<Pseudonymizer> pseudonymizer{};
  PolicyReplay replay;
  std::unique_ptr<gatepost::journal::Journal> journal;
  std::unique_ptr<JournalWriter> writer;
};

RC_GTEST_PROP(VisitOnAJournal, AVisitIsSpentBeforeAndAfterAKill, ()) {
  Site site;
  const auto now = gatepost::SystemClock().wall();
  const auto today = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now));
  const auto long_ago = std::chrono::year_month_day(std::chrono::sys_days(today) - std::chrono::days(9));
  std::string list = "subject,from,until\n";
  for (const auto& subject : world::people)
    list += subject + "," + gatepost::support::to_text(long_ago) + "," + gatepost::support::to_text(today) + "\n";
  site.disk.write("visits.csv", list);
  const auto before = site.start();
  std::set<std::string> inside;
  for (const auto& step : *rc::gen::resize(8, rc::gen::container<std::vector<world::Step>>(world::any_step()))) {
    const world::Visit visit{.subject = world::people.at(step.person), .direction = step.direction, .wall = now};
    site.passes(visit);
    if (step.direction == Direction::in) inside.insert(visit.subject);
  }
  const auto after = site.start();
  for (const auto& subject : world::people) {
    const world::Visit visit{.subject = subject, .wall = now};
    const std::string expected = inside.contains(subject) ? "denyalready_here" : "grant";
    RC_ASSERT(site.decision(*before, visit) == expected);
    RC_ASSERT(site.decision(*after, visit) == expected);
  }
  site.replay.stop(10s);
}

}  // namespace
