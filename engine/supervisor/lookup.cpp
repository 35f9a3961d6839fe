#include "supervisor/lookup.hpp"

#include <algorithm>

#include "config/suggest.hpp"
#include "runtime/policy_replay.hpp"
#include "supervisor/equipment.hpp"
#include "supervisor/redacted.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::supervisor {
namespace {

/// The Host that an object was checked with, which makes nothing; what Records carry for a subject is that of the site.
class LookupHost final : public Host {
 public:
  LookupHost(std::shared_ptr<Host> checked, Pseudonymizer pseudonymizer)
      : checked_(std::move(checked)), pseudonymizer_(std::move(pseudonymizer)) {}

  void log(Severity severity, std::string_view event, std::string_view text) override {
    checked_->log(severity, event, text);
  }
  void alarm_begins(std::string_view, const Error&) override {}
  void alarm_ends(std::string_view) override {}
  const Clock& clock() const override { return checked_->clock(); }
  Result<std::filesystem::path> data_folder() override { return checked_->data_folder(); }
  std::string pseudonym(std::string_view subject) const override { return pseudonymizer_(subject); }
  Result<BoardPlugin> board(std::string_view scheme) override { return checked_->board(scheme); }
  Result<std::unique_ptr<FileWatch>> watch(WatchedFile file, FileReading read) override {
    return checked_->watch(std::move(file), std::move(read));
  }

 private:
  const std::shared_ptr<Host> checked_;
  const Pseudonymizer pseudonymizer_;
};

Result<runtime::Parts> parts_of(const config::Site& site, const config::Lane& lane, const Pseudonymizer& pseudonymizer,
                                const Clock& clock) {
  runtime::Parts parts{.clock = &clock};
  const auto instance = [&](const config::PluginUse& use) {
    return Instance{use.instance.name, use.instance.directory,
                    std::make_shared<LookupHost>(use.instance.host, pseudonymizer)};
  };
  for (const auto& name : lane.credentials) {
    const auto& use = *find_use(site.credentials, name);
    const config::Redaction redaction(use);
    auto format = use.plugin->make.credential(use.values, instance(use));
    if (!format) return redaction(format.error());
    parts.formats.push_back({name, redacted(std::move(*format), redaction)});
  }
  std::error_code ignored;
  const bool has_run = std::filesystem::exists(site.journal.file, ignored);
  for (const auto& name : lane.policies) {
    const auto& use = *find_use(site.policies, name);
    const config::Redaction redaction(use);
    auto policy = use.plugin->make.policy(use.values, instance(use));
    if (!policy) return redaction(policy.error());
    auto shared = std::make_shared<runtime::SharedPolicy>(name, redacted(std::move(*policy), redaction));
    if (has_run)
      if (auto taught = runtime::PolicyReplay::teach(shared, site.journal.file, clock.wall()); !taught)
        return taught.error();
    parts.policies.push_back(std::move(shared));
  }
  return parts;
}

}  // namespace

Result<const config::Lane*> lane_meant(const config::Site& site, const std::string& name) {
  if (name.empty() && site.lanes.size() == 1) return &site.lanes.front();
  std::vector<std::string_view> names;
  for (const auto& lane : site.lanes) {
    if (lane.name == name) return &lane;
    names.push_back(lane.name);
  }
  if (site.lanes.empty()) return Error{"this site has no lane", site.file.string(), "add one to the site file"};
  if (name.empty())
    return Error{"this site has several lanes", site.file.string(), "name one: " + config::any_of(names)};
  return Error{"there is no lane '" + name + "'", site.file.string(),
               config::did_you_mean(name, names, "name one: " + config::any_of(names))};
}

Result<runtime::Lookup> SiteLookups::ask(const runtime::LookupQuery& query) {
  const auto lane = lane_meant(*site_, query.lane);
  if (!lane) return lane.error();
  const auto pseudonymizer = Pseudonymizer::make(site_->journal);
  if (!pseudonymizer) return pseudonymizer.error();
  if (!parts_.contains((*lane)->name)) {
    auto parts = parts_of(*site_, **lane, *pseudonymizer, *clock_);
    if (!parts) return parts.error();
    parts_.emplace((*lane)->name, std::move(*parts));
  }
  return runtime::look_up(**lane, parts_.at((*lane)->name), query, core::GateState::at_rest, *pseudonymizer);
}

Result<runtime::Lookup> RunningSite::look_up(const runtime::LookupQuery& query) {
  Equipment equipment;
  core::GateState gate = core::GateState::unknown;
  {
    const std::scoped_lock lock(mutex_);
    equipment = equipment_;
  }
  const auto settings = lane_meant(*equipment.site, query.lane);
  if (!settings) return settings.error();
  {
    const std::scoped_lock lock(mutex_);
    const auto running =
        std::ranges::find_if(lanes_, [&](const auto& one) { return one && one->name() == (*settings)->name; });
    if (running == lanes_.end()) return Error{"the lane is being exchanged", (*settings)->name, "ask again"};
    // A plugin that hangs is not asked again until it is back: the question would wait for it, too.
    if (const auto held_by = (*running)->held_by(); !held_by.empty())
      return Error{held_by + " does not answer", (*settings)->name, "see gatepost status"};
    gate = (*running)->vitals().gate.value_or(core::GateState::unknown);
  }
  const auto parts = equipment.parts_of(**settings, {.clock = &clock_});
  return runtime::look_up(**settings, parts, query, gate,
                          [this](std::string_view subject) { return writer_->subject_key(subject); });
}

}  // namespace gatepost::supervisor
