#include "api/person_facts.hpp"

#include <algorithm>

namespace gatepost::api {
namespace {

using Facts = std::map<std::string, std::string>;

/// On the way out, by the first lane that takes such credentials: who is inside may be refused to come in again.
std::optional<runtime::LookupQuery> query_of(const config::Site& site, const std::string& scheme,
                                             const std::string& subject) {
  const auto takes = [&](const config::Lane& lane) {
    return std::ranges::find(lane.credentials, scheme) != lane.credentials.end();
  };
  const auto lane = std::ranges::find_if(site.lanes, takes);
  if (lane == site.lanes.end()) return {};
  return runtime::LookupQuery{
      .lane = lane->name, .known = Credential{.scheme = scheme, .subject = subject}, .direction = Direction::out};
}

// A fact of that ending tells of a list (roster_stale), not of somebody on it.
Facts facts_in(const Result<runtime::Lookup>& found) {
  Facts facts = found ? found->answer.verdict.facts : Facts();
  std::erase_if(facts, [](const auto& fact) { return fact.first.ends_with("_stale"); });
  return facts;
}

}  // namespace

PersonFacts facts_by(supervisor::RunningSite& running) {
  const auto site = running.site();
  if (site->journal.subjects != config::Privacy::clear) return {};
  return [&running, site](const std::string& scheme, const std::string& subject) {
    const auto query = query_of(*site, scheme, subject);
    return query ? facts_in(running.look_up(*query)) : Facts();
  };
}

PersonFacts facts_by(const config::Site& site, const Clock& clock) {
  if (site.journal.subjects != config::Privacy::clear) return {};
  const auto lookups = std::make_shared<supervisor::SiteLookups>(site, clock);
  return [&site, lookups](const std::string& scheme, const std::string& subject) {
    const auto query = query_of(site, scheme, subject);
    return query ? facts_in(lookups->ask(*query)) : Facts();
  };
}

}  // namespace gatepost::api
