#include "api/erase.hpp"

#include <algorithm>
#include <gatepost/support/presence.hpp>

#include "api/fields.hpp"
#include "api/records.hpp"
#include "journal/high_water_mark.hpp"
#include "journal/person_search.hpp"
#include "journal/quarantine.hpp"

namespace gatepost::api {
namespace {

// One that cannot be read may hold somebody too.
bool may_hold(const std::filesystem::path& journal, const std::vector<std::string>& subjects) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return true;
  const auto found = journal::find_person(*reader, subjects);
  return !found || !found->erasable.empty() || found->in_chain > 0;
}

}  // namespace

Result<PersonFound> look_for_person(const std::filesystem::path& journal, const std::vector<std::string>& subjects) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return reader.error();
  support::Presence presence(support::Schemes::apart, {.people = 1'000'000});
  const auto learn = [&](const Record& record) {
    const bool is_theirs = std::ranges::find(subjects, record.subject) != subjects.end();
    if (is_theirs || support::not_passed(record) != 0) presence.learn(record);
  };
  const auto found = journal::find_person(*reader, subjects, journal::Reader::no_end, learn);
  if (!found) return found.error();
  PersonFound person{found->erasable.size(), found->in_chain, found->newest_in_chain};
  person.is_inside =
      std::ranges::any_of(presence.zones(), [&](const auto& zone) { return !presence.inside(zone).empty(); });
  for (const auto& file : journal::quarantined_files(journal::real_disk(), journal))
    if (may_hold(file, subjects)) person.set_aside.push_back(file);
  return person;
}

boost::json::object json_of(const journal::Journal::Erased& erased) {
  return {{"records", erased.records}, {"in_chain", erased.in_chain}, {"is_in_wal", erased.is_in_wal}};
}

Result<boost::json::object> answer_erase(const config::Journal& journal, const Eraser& eraser,
                                         const boost::json::object& request) {
  Fields fields(request);
  const std::string subject = fields.text("subject");
  if (fields.good() && subject.empty()) fields.refuse("subject", "a text: whom to erase, as the code has it");
  if (!fields.good()) return fields.wrong();
  const auto subjects = subjects_in_records(journal, subject);
  if (!subjects) return subjects.error();
  const auto erased = eraser(*subjects);
  if (!erased) return erased.error();
  return json_of(*erased);
}

Result<journal::Journal::Erased> erase_without_engine(const config::Checkpoint& checkpoint,
                                                      const config::Journal& settings,
                                                      const std::vector<std::string>& subjects) {
  const SystemClock clock;
  auto journal = journal::Journal::open({.file = settings.file,
                                         .site = checkpoint.code,
                                         .keep = settings.keep,
                                         .max_size = settings.max_size.bytes,
                                         .clock = &clock,
                                         .marks = journal::marks_folder(),
                                         .has_threads = false});
  if (!journal) return journal.error();
  return (*journal)->erase(subjects);
}

}  // namespace gatepost::api
