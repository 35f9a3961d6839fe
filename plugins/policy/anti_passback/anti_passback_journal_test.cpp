// On a site's journal with hashed subjects, before and after a kill.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "anti_passback.cpp"
#include "runtime/policy_replay.hpp"
#include "runtime/shared_policy.hpp"
#include "supervisor/journal_writer.hpp"
#include "world/plain_presence.hpp"
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
using world::Visit;

/// A journal whose Records have the subjects' hashes.
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
    auto policy = std::make_shared<SharedPolicy>("once", std::make_unique<AntiPassback>(Settings{}));
    EXPECT_TRUE(replay.enrol({policy}, disk / "journal.db", gatepost::SystemClock().wall()));
    return policy;
  }
  std::string decision(const SharedPolicy& policy, const Visit& visit) {
    const auto decided = world::attempt(visit, [&](const Attempt& attempt) {
      return policy.ask(attempt, [&] { return writer->subject_key(visit.subject); });
    });
    return decided ? std::string(to_word(decided->outcome)) + decided->reason : "error";
  }
  void passes(const Visit& visit) {
    EXPECT_TRUE(writer->commit(world::granted(visit, 0), gatepost::BootClock::now() + 10s));
  }

  const world::Scratch disk;
  std::optional<Pseudonymizer> pseudonymizer{};
  PolicyReplay replay;
  std::unique_ptr<gatepost::journal::Journal> journal;
  std::unique_ptr<JournalWriter> writer;
};

RC_GTEST_PROP(AntiPassbackOnAJournal, AnswersAlikeBeforeAndAfterAKill, ()) {
  Site site;
  const auto before = site.start();
  const auto now = gatepost::SystemClock().wall();
  const auto steps = *rc::gen::resize(12, rc::gen::container<std::vector<world::Step>>(world::any_step()));
  std::map<std::string, Direction> last;
  for (const auto& step : steps) {
    const Visit visit{.subject = world::people.at(step.person), .direction = step.direction, .wall = now};
    site.passes(visit);
    last[visit.subject] = visit.direction;
  }
  const auto after = site.start();
  for (const auto& subject : world::people) {
    const Visit visit{.subject = subject, .wall = now};
    const bool is_inside = last.contains(subject) && last.at(subject) == Direction::in;
    RC_ASSERT(site.decision(*before, visit) == (is_inside ? "denypassback" : "grant"));
    RC_ASSERT(site.decision(*after, visit) == (is_inside ? "denypassback" : "grant"));
  }
  site.replay.stop(10s);
}

}  // namespace
