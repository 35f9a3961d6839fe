#include "api/site_verbs.hpp"

#include <utility>

#include "api/counts.hpp"
#include "api/dead_letters.hpp"
#include "api/erase.hpp"
#include "api/fields.hpp"
#include "api/inside.hpp"
#include "api/inspect.hpp"
#include "api/lookup.hpp"
#include "api/person_facts.hpp"
#include "api/presence.hpp"
#include "api/records.hpp"
#include "api/reload.hpp"
#include "api/tape.hpp"
#include "api/trace.hpp"

namespace gatepost::api {
namespace {

using boost::json::object;

Verbs& add_state(Verbs& verbs, const Sources& of) {
  verbs.answer("status", [&status = of.status](const object&) -> Result<object> { return status.answer(); });
  verbs.answer("alarms", [&status = of.status](const object&) -> Result<object> { return status.alarms(); });
  verbs.answer("metrics", [&numbers = of.metrics](const object&) -> Result<object> {
    return object{{"text", numbers.text()}};
  });
  verbs.answer("tape", [&running = of.running](const object& request) { return answer_tape(running, request); });
  verbs.stream("trace", [&traces = of.traces](const object& request, Reply reply) {
    answer_trace(traces, request, std::move(reply));
  });
  return verbs.answer("pseudonym", [&running = of.running](const object& request) -> Result<object> {
    Fields fields(request);
    const std::string subject = fields.text("subject");
    if (!fields.good()) return fields.wrong();
    return object{{"pseudonym", running.pseudonym(subject)}};
  });
}

// What reads files or asks plugins is done on the worker's thread.
Verbs& add_journal(Verbs& verbs, const Sources& of) {
  const auto journal = of.running.site()->journal.file;  // a reload cannot change it
  verbs.stream("records", of.worker.later([&running = of.running, journal](const object& request) {
    return answer_records(journal, request, running.last());
  }));
  verbs.stream("follow", [&followers = of.followers](const object& request, Reply reply) {
    followers.add(request, std::move(reply));
  });
  verbs.stream("dead_letters",
               of.worker.later([journal](const object& request) { return answer_dead_letters(journal, request); }));
  verbs.stream("lookup", of.worker.later([&running = of.running](const object& request) {
    return answer_lookup(running, request);
  }));
  verbs.stream("inspect", of.worker.later([&running = of.running, &clock = of.clock](const object& request) {
    return answer_inspect(running, clock, request);
  }));
  verbs.stream("inside", of.worker.later([&running = of.running, &clock = of.clock](const object& request) {
    const auto site = running.site();
    return answer_inside(site->checkpoint, site->journal, clock.wall(), request, facts_by(running), running.last());
  }));
  verbs.stream("presence", of.worker.later([&running = of.running, &clock = of.clock](const object&) {
    const auto site = running.site();
    return answer_presence(site->checkpoint, site->journal.file, clock.wall(), running.last());
  }));
  return verbs.stream("counts", of.worker.later([&running = of.running, &clock = of.clock](const object& request) {
    const auto site = running.site();
    return answer_counts(site->checkpoint, site->outputs, site->file, clock.wall(), request);
  }));
}

Verbs& add_changes(Verbs& verbs, const Sources& of) {
  using journal::DeadLetterAction;
  const DeadLetterActor act = [&running = of.running](DeadLetterAction action, const journal::Choice& choice) {
    return running.letters(action, choice);
  };
  for (const auto& [name, action] : {std::pair{"resend_dead_letters", DeadLetterAction::resend},
                                     std::pair{"drop_dead_letters", DeadLetterAction::drop}})
    verbs.stream(name, of.worker.later([act, action = action](const object& request) {
      return change_dead_letters(act, action, request);
    }),
                 Effect::changes);
  verbs.stream("erase", of.worker.later([&running = of.running](const object& request) {
    const Eraser eraser = [&running](const std::vector<std::string>& subjects) { return running.erase(subjects); };
    return answer_erase(running.site()->journal, eraser, request);
  }),
               Effect::changes);
  return verbs.stream(
      "reload",
      [&reloader = of.reloader](const object& request, const Reply& reply) { answer_reload(reloader, request, reply); },
      Effect::changes);
}

}  // namespace

Verbs verbs_of(const Sources& sources) {
  Verbs verbs;
  add_state(verbs, sources);
  add_journal(verbs, sources);
  add_changes(verbs, sources);
  return verbs;
}

}  // namespace gatepost::api
