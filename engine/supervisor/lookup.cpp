#include "supervisor/lookup.hpp"

#include <algorithm>

#include "config/suggest.hpp"
#include "supervisor/equipment.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::supervisor {

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

Result<runtime::Lookup> look_up(const config::Site& site, UnrunSite& objects, const runtime::LookupQuery& query) {
  const auto lane = lane_meant(site, query.lane);
  if (!lane) return lane.error();
  const auto parts = objects.parts_of(**lane);
  if (!parts) return parts.error();
  const auto pseudonymizer = objects.pseudonymizer();
  if (!pseudonymizer) return pseudonymizer.error();
  return runtime::look_up(**lane, *parts, query, core::GateState::at_rest, **pseudonymizer);
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
