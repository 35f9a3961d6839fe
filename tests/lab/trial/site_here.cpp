#include "trial/site_here.hpp"

#include <fmt/format.h>

namespace gatepost::lab {
namespace {

bool is_store(const config::PluginUse& output) { return std::string_view(output.plugin->name) == "local_store"; }

/// As the site file has it: a value that is kept outside is not told.
std::string named(const config::Site& site, const Mention& mention) {
  const auto& device = site.devices[mention.device].instance.name;
  const auto tag = site.tags.find("devices." + device + "." + mention.key);
  return tag != site.tags.end() ? tag->second : mention.address.text();
}

std::string played(const Mention& mention, Workbench& bench) {
  switch (mention.fate) {
    case Fate::played:
      return bench.played(mention.part);
    case Fate::simulated:
      return "itself";
    case Fate::not_played:
      break;
  }
  return "nothing";
}

/// The pins that play the lines of a chip, where they have other numbers.
std::string pins_of(const Part& part) {
  std::string all;
  for (const auto& line : part.lines)
    if (const auto pin = std::to_string(part.pin_of(line)); pin != line)
      all += fmt::format("{}line {} is pin {}", all.empty() ? "" : ", ", line, pin);
  return all;
}

std::vector<std::string> not_tried(const config::Site& site, const Plan& plan) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < site.devices.size(); ++i)
    if (place_of(plan, i) == nullptr)
      all.push_back(site.devices[i].instance.name + " (" + site.devices[i].plugin->name +
                    "): the lab's machine has no network, and plays nothing that this plugin reads");
  for (const auto& mention : plan.mentions)
    if (mention.fate == Fate::not_played)
      all.push_back(site.devices[mention.device].instance.name + ", " + mention.key + " " + named(site, mention) +
                    ": " + mention.why);
  for (const auto& mention : plan.mentions)
    for (const auto& knob : knobs_of(plan, mention))
      all.push_back(site.devices[mention.device].instance.name + ", " + knob + ": the lab's camera has no such knob");
  for (const auto& output : site.outputs)
    if (!is_store(output))
      all.push_back("output " + output.instance.name + " (" + output.plugin->name +
                    "): where it delivers to cannot be reached from the lab's machine");
  return all;
}

}  // namespace

Report report_before(const config::Site& site, Workbench& bench) {
  Report report{site.checkpoint.name, site.checkpoint.code, {}, not_tried(site, bench.plan())};
  for (std::size_t i = 0; i < site.devices.size(); ++i) {
    const auto& use = site.devices[i];
    Finding one{.device = use.instance.name, .plugin = use.plugin->name, .named = "-", .played = "nothing"};
    if (const auto* place = place_of(bench.plan(), i)) {
      one.named = named(site, *place);
      one.played = played(*place, bench);
      if (place->fate == Fate::played)
        if (auto pins = pins_of(bench.plan().parts[place->part]); !pins.empty()) one.notes.push_back(std::move(pins));
    }
    report.findings.push_back(std::move(one));
  }
  return report;
}

config::Site site_here(const config::Site& site, Workbench& bench, const std::filesystem::path& folder) {
  config::Site here = site;
  here.journal.file = folder / "journal.db";
  std::erase_if(here.outputs, [](const auto& output) { return !is_store(output); });
  for (auto& store : here.outputs)
    for (auto& value : store.values)
      if (std::holds_alternative<std::filesystem::path>(value)) value = folder / (store.instance.name + ".db");
  for (const auto& mention : bench.plan().mentions) {
    if (mention.fate != Fate::played) continue;
    auto& use = here.devices[mention.device];
    const auto fields = use.plugin->settings();
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].key == mention.key) use.values[i] = bench.here(mention).text();
    here.tags.erase("devices." + use.instance.name + "." + mention.key);
  }
  return here;
}

const Mention* place_of(const Plan& plan, std::size_t device) {
  const auto* place = plan.find(device, "device");
  return place != nullptr ? place : plan.find(device, "board");
}

}  // namespace gatepost::lab
