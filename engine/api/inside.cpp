#include "api/inside.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <gatepost/support/presence.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <vector>

#include "api/fields.hpp"
#include "api/record_walk.hpp"
#include "api/time_words.hpp"

namespace gatepost::api {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr auto usual_within = std::chrono::hours(24);

object person_of(const support::Presence::Inside& one, const PersonFacts& facts) {
  object told{{"scheme", one.person.scheme},
              {"subject", one.person.subject},
              {"since", one.came.wall ? value(support::rfc3339(*one.came.wall)) : value()}};
  if (!facts) return told;
  object shown;
  for (const auto& [key, text] : facts(one.person.scheme, one.person.subject)) shown[key] = text;
  told["facts"] = std::move(shown);
  return told;
}

}  // namespace

Result<object> answer_inside(const config::Checkpoint& checkpoint, const config::Journal& journal, WallTime now,
                             const object& request, const PersonFacts& facts, std::uint64_t up_to) {
  Fields fields(request);
  const std::string zone = fields.text("zone"), within = fields.text("within");
  const bool has_zone = request.contains("zone");
  const auto since = within.empty() ? now - usual_within : time_of_words(within, now, DayEdge::begin).value_or(now);
  if (since >= now && !within.empty()) fields.refuse("within", "a time that is over: " + std::string(time_words));
  if (!fields.good()) return fields.wrong();
  if (journal.subjects == config::Privacy::none)
    return Error{"the Records of this site name nobody (subjects: none)", journal.file.string(),
                 "write subjects: clear, or hash, into the site's journal"};

  support::Presence presence(support::Schemes::apart, {.people = 1'000'000});
  const auto learn = [&](const Record& record) { presence.learn(record); };
  if (auto walked = walk_records(journal.file, since, learn, up_to); !walked) return walked.error();
  array zones;
  for (const auto& name : presence.zones()) {
    if (has_zone && name != zone) continue;
    array people;
    for (const auto& one : presence.inside(name)) people.push_back(person_of(one, facts));
    const auto count = people.size();
    zones.push_back(object{{"zone", name}, {"count", count}, {"people", std::move(people)}});
  }
  return object{{"checkpoint", checkpoint.code},
                {"name", checkpoint.name},
                {"time", support::rfc3339(now)},
                {"since", support::rfc3339(since)},
                {"zones", std::move(zones)}};
}

}  // namespace gatepost::api
