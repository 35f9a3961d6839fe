#include "api/lookup.hpp"

#include <boost/json/array.hpp>
#include <gatepost/support/base64.hpp>
#include <gatepost/support/rfc3339.hpp>

#include "api/fields.hpp"
#include "api/records.hpp"
#include "observe/message_catalogue.hpp"
#include "supervisor/lookup.hpp"

namespace gatepost::api {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

Result<runtime::LookupQuery> query_in(const object& request) {
  Fields fields(request);
  runtime::LookupQuery query{
      .lane = fields.text("lane"), .code = fields.text("code"), .symbology = fields.text("symbology")};
  const std::string direction = fields.text("direction");
  if (const std::string bytes = fields.text("bytes"); !bytes.empty()) {
    const auto code = support::base64_decode(bytes, support::Base64::standard);
    if (!code || !query.code.empty()) fields.refuse("bytes", "a code in base64, in place of 'code'");
    query.code = code.value_or(std::string());
  }
  if (query.code.empty() || query.code.size() > max_payload) fields.refuse("code", "a code of 1 to 8192 bytes");
  if (!direction.empty() && !is_direction(direction)) fields.refuse("direction", "in or out");
  if (!fields.good()) return fields.wrong();
  if (!direction.empty()) query.direction = direction == "in" ? Direction::in : Direction::out;
  return query;
}

/// What of who it is may be told: as much as the site keeps. A name, an attribute or a plugin's remark tell as much as
/// a subject.
struct Shown {
  config::Privacy privacy;
  bool all() const { return privacy == config::Privacy::clear; }
  std::string text(const std::string& remark) const { return all() ? remark : "failed"; }
};

value time_or_null(const std::optional<WallTime>& time) { return time ? value(support::rfc3339(*time)) : value(); }

value credential_of(const runtime::Lookup& found, const Shown& shown, const std::string& subject) {
  if (!found.answer.credential) return nullptr;
  const Credential& credential = *found.answer.credential;
  object told{{"scheme", credential.scheme}, {"subject", subject}, {"verified", credential.verified}};
  if (!credential.how.empty()) told["how"] = credential.how;
  told["valid_from"] = time_or_null(credential.valid_from);
  told["valid_until"] = time_or_null(credential.valid_until);
  if (!shown.all()) return told;
  object attributes;
  for (const auto& [name, text] : credential.attributes) attributes[name] = text;
  told["attributes"] = std::move(attributes);
  return told;
}

array formats_of(const runtime::Lookup& found, const Shown& shown) {
  array all;
  for (const auto& [name, said] : found.formats) {
    object told{{"name", name}, {"knows_it", said && said->has_value()}};
    if (!said) told["error"] = shown.text(said.error().what);
    all.push_back(std::move(told));
  }
  return all;
}

array policies_of(const runtime::Lookup& found, const Shown& shown) {
  array all;
  for (const auto& [name, said] : found.policies) {
    object told{{"name", name}, {"asked", true}};
    if (said) {
      told["outcome"] = to_word(said->outcome);
      told["reason"] = said->reason.empty() ? (said->outcome == Outcome::grant ? "granted" : name) : said->reason;
      object facts;
      if (shown.all())
        for (const auto& [key, text] : said->facts) facts[key] = text;
      told["facts"] = std::move(facts);
    } else {
      told["error"] = shown.text(to_line(said.error()));
    }
    all.push_back(std::move(told));
  }
  for (const auto& name : found.not_asked) all.push_back(object{{"name", name}, {"asked", false}});
  return all;
}

object json_of(const runtime::Lookup& found, const config::Site& site, const std::string& subject) {
  const Shown shown{site.journal.subjects};
  observe::MessageCatalogue messages(site.languages, site.texts);
  for (const auto* uses : {&site.credentials, &site.policies})
    for (const auto& use : *uses) messages.add({use.plugin->reasons, use.plugin->reason_count});
  const core::Verdict& verdict = found.answer.verdict;
  return {{"checkpoint", site.checkpoint.code},
          {"lane", found.lane},
          {"direction", to_word(found.direction)},
          {"outcome", to_word(verdict.outcome)},
          {"reason", verdict.reason},
          {"text", messages.text(verdict.reason)},
          {"note", shown.all() ? verdict.note : std::string()},
          {"decided_by", found.decided_by()},
          {"gate", found.has_gate ? value(to_word(found.gate)) : value()},
          {"credential", credential_of(found, shown, subject)},
          {"formats", formats_of(found, shown)},
          {"policies", policies_of(found, shown)}};
}

}  // namespace

Result<object> answer_lookup(supervisor::RunningSite& running, const object& request) {
  const auto query = query_in(request);
  if (!query) return query.error();
  const auto found = running.look_up(*query);
  if (!found) return found.error();
  const auto& credential = found->answer.credential;
  object told = json_of(*found, *running.site(), credential ? running.pseudonym(credential->subject) : std::string());
  told["running"] = true;
  return told;
}

Result<object> answer_lookup(const config::Site& site, const Clock& clock, const object& request) {
  const auto query = query_in(request);
  if (!query) return query.error();
  const auto found = supervisor::SiteLookups(site, clock).ask(*query);
  if (!found) return found.error();
  const auto pseudonymizer = supervisor::Pseudonymizer::make(site.journal);
  if (!pseudonymizer) return pseudonymizer.error();
  const auto& credential = found->answer.credential;
  object told = json_of(*found, site, credential ? (*pseudonymizer)(credential->subject) : std::string());
  told["running"] = false;
  if (found->has_gate) told["gate"] = nullptr;  // nobody asked it
  return told;
}

}  // namespace gatepost::api
