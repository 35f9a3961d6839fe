#include "api/inspect.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <chrono>
#include <deque>
#include <gatepost/support/rfc3339.hpp>

#include "api/lookup.hpp"
#include "api/record_walk.hpp"

namespace gatepost::api {
namespace {

using boost::json::array;
using boost::json::object;

constexpr std::size_t most_recent = 10;
constexpr auto recent_within = std::chrono::hours(24 * 7);

struct Standing {
  std::string_view word, text;
};
constexpr Standing known{"known", "this code is known here"};
constexpr Standing unknown{"unknown", "nobody here knows this code"};
constexpr Standing withdrawn{"withdrawn", "this code was withdrawn"};
constexpr Standing expired{"expired", "this code is no longer valid"};
constexpr Standing forged{"forged", "this code is not genuine"};
constexpr Standing no_pass{"no_pass", "this is no person's code"};

/// What a reason says of the code itself. Every other one says what applies to somebody who is known.
struct Meaning {
  std::string_view reason;
  const Standing& standing;
};
constexpr std::array meanings{
    Meaning{"unknown_code", unknown}, Meaning{"not_listed", unknown}, Meaning{"unknown_issuer", unknown},
    Meaning{"unknown_key", unknown},  Meaning{"revoked", withdrawn},  Meaning{"blocked", withdrawn},
    Meaning{"expired", expired},      Meaning{"not_genuine", forged}, Meaning{"place_code", no_pass},
    Meaning{"payment_code", no_pass},
};

const Standing& standing_of(std::string_view reason) {
  const auto found = std::ranges::find(meanings, reason, &Meaning::reason);
  return found == meanings.end() ? known : found->standing;
}

/// Of somebody, the newest first.
Result<array> recent_of(const config::Journal& journal, const std::string& subject, WallTime now, std::uint64_t up_to) {
  std::deque<Record> newest;
  const auto keep = [&](const Record& record) {
    if (record.kind != RecordKind::attempt || record.subject != subject) return;
    newest.push_front(record);
    if (newest.size() > most_recent) newest.pop_back();
  };
  if (auto walked = walk_records(journal.file, now - recent_within, keep, up_to); !walked) return walked.error();
  array told;
  for (const Record& record : newest)
    told.push_back(object{{"time", support::rfc3339(record.wall)},
                          {"lane", record.lane},
                          {"direction", to_word(record.direction)},
                          {"outcome", to_word(record.outcome)},
                          {"reason", record.reason}});
  return told;
}

/// The request as a lookup, at the site's first lane where it names none.
object lookup_request(const config::Site& site, object request) {
  if (!request.contains("lane") && !site.lanes.empty()) request["lane"] = site.lanes.front().name;
  return request;
}

Result<object> inspected(const config::Site& site, object lookup, WallTime now, std::uint64_t up_to) {
  const auto& reason = lookup.at("reason").as_string();
  const Standing& standing = standing_of({reason.data(), reason.size()});
  object told{{"checkpoint", site.checkpoint.code},
              {"name", site.checkpoint.name},
              {"standing", standing.word},
              {"standing_text", standing.text}};
  if (standing.word != known.word && !site.how_to_get.empty()) told["how_to_get"] = site.how_to_get;
  const auto* credential = lookup.at("credential").if_object();
  const auto* subject = credential == nullptr ? nullptr : credential->if_contains("subject");
  array recent;
  if (subject != nullptr && subject->is_string() && !subject->get_string().empty()) {
    auto found = recent_of(site.journal, std::string(subject->get_string()), now, up_to);
    if (!found) return found.error();
    recent = std::move(*found);
  }
  told["lookup"] = std::move(lookup);
  told["recent"] = std::move(recent);
  return told;
}

}  // namespace

Result<object> answer_inspect(supervisor::RunningSite& running, const Clock& clock, const object& request) {
  const auto site = running.site();
  auto lookup = answer_lookup(running, lookup_request(*site, request));
  if (!lookup) return lookup.error();
  return inspected(*site, std::move(*lookup), clock.wall(), running.last());
}

Result<object> answer_inspect(const config::Site& site, const Clock& clock, const object& request) {
  auto lookup = answer_lookup(site, clock, lookup_request(site, request));
  if (!lookup) return lookup.error();
  return inspected(site, std::move(*lookup), clock.wall(), journal::Reader::no_end);
}

}  // namespace gatepost::api
