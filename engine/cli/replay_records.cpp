#include "cli/replay_records.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/record_json.hpp>
#include <iostream>

#include "api/record_walk.hpp"
#include "api/replayed.hpp"
#include "api/time_words.hpp"
#include "cli/journal_of.hpp"
#include "cli/open_site.hpp"
#include "cli/options.hpp"
#include "cli/record_text.hpp"
#include "config/readable_part.hpp"

namespace gatepost::cli {
namespace {

using api::Difference;
using api::Replayed;
using boost::json::object;

void print_difference(const Difference& difference, bool json) {
  const Record& was = difference.recorded;
  if (json) {
    object line{{"recorded", support::json_of(was)},
                {"outcome", to_word(difference.outcome)},
                {"reason", difference.reason},
                {"decided_by", difference.decided_by}};
    std::cout << support::printable_json(boost::json::serialize(line)) << "\n";
    return;
  }
  std::cout << fmt::format("{}  #{}  {} {}  {} {}: was {}, {}; would be {}, {} ({})\n",
                           time_text(was.wall).substr(0, 19), was.id.sequence, was.lane, to_word(was.direction),
                           was.scheme, support::printable(was.subject, 40), to_word(was.outcome), was.reason,
                           to_word(difference.outcome), difference.reason, difference.decided_by);
}

std::string sums_text(const Replayed::Sums& sums) {
  std::string text = fmt::format("{} attempts replayed, {} would be answered otherwise", sums.attempts, sums.differ);
  if (sums.incomparable > 0)
    text +=
        fmt::format("\n{} were denied by what only the moment knew (a busy gate, a date on the code) and are not told",
                    sums.incomparable);
  if (sums.nameless > 0) text += fmt::format("\n{} name nobody and were not replayed", sums.nameless);
  if (sums.without_lane > 0) text += fmt::format("\n{} were at lanes that the changed site has not", sums.without_lane);
  return text + "\n";
}

object sums_json(const Replayed::Sums& sums) {
  return {{"attempts", sums.attempts},
          {"differ", sums.differ},
          {"incomparable", sums.incomparable},
          {"nameless", sums.nameless},
          {"without_lane", sums.without_lane}};
}

/// Where the Records are. An Error where they do not carry subjects as they are: the changed site's lists know no hash.
Result<std::filesystem::path> recorded_in(const std::string& site) {
  const auto file = site_meant(site);
  if (!file) return file.error();
  if (is_journal(*file)) return *file;
  const auto part = config::ReadablePart::read(*file);
  if (!part) return part.error();
  auto journal = part->journal();
  if (!journal) return journal.error();
  if (journal->subjects != config::Privacy::clear)
    return Error{"its Records do not keep subjects as they are (subjects: " +
                     std::string(journal->subjects == config::Privacy::hash ? "hash" : "none") + ")",
                 file->string(), "replay a journal that was kept with subjects: clear"};
  return std::move(journal->file);
}

}  // namespace

int replay_records(const Command& command, const ReplayOfRecords& replay) {
  const WallTime now = SystemClock().wall();
  const auto since = replay.since.empty()
                         ? WallTime::min()
                         : api::time_of_words(replay.since, now, api::DayEdge::begin).value_or(WallTime::max());
  if (since == WallTime::max()) return usage_error(command, "--since takes a time: " + std::string(api::time_words));
  const auto journal = recorded_in(replay.site);
  if (!journal) return failed_with(command, journal.error()), Exit::usage;
  const auto changed = open_site(replay.against);
  if (!changed) return Exit::usage;
  Replayed replayed(changed->site);
  Result<void> went;
  const auto walked = api::walk_records(*journal, since, [&](const Record& record) {
    if (went) went = replayed.add(record, [&](const Difference& one) { print_difference(one, replay.json); });
  });
  if (!walked) return failed_with(command, walked.error());
  if (!went) return failed_with(command, went.error());
  if (replay.json)
    std::cout << boost::json::serialize(sums_json(replayed.sums())) << "\n";
  else
    std::cout << sums_text(replayed.sums());
  return replayed.sums().differ == 0 ? Exit::good : Exit::failed;
}

}  // namespace gatepost::cli
