#include "trial/site_here.hpp"

#include <fmt/format.h>

namespace gatepost::lab {
namespace {

bool is_store(const config::PluginUse& output) { return std::string_view(output.plugin->name) == "local_store"; }

/// "devices.gun.device"
std::string key_of(const config::Site& site, const Mention& mention) {
  return (mention.is_output ? "outputs." : "devices.") + use_of(site, mention).instance.name + "." + mention.key;
}

/// As the site file has it: a value that is kept outside is not told.
std::string named(const config::Site& site, const Mention& mention) {
  const auto tag = site.tags.find(key_of(site, mention));
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
      all.push_back(use_of(site, mention).instance.name + ", " + mention.key + " " + named(site, mention) + ": " +
                    mention.why);
  for (const auto& mention : plan.mentions)
    for (const auto& knob : knobs_of(plan, mention))
      all.push_back(use_of(site, mention).instance.name + ", " + knob + ": the lab's camera has no such knob");
  for (std::size_t i = 0; i < site.outputs.size(); ++i)
    if (const auto& output = site.outputs[i]; !is_store(output) && plan.board_of_output(i) == nullptr)
      all.push_back("output " + output.instance.name + " (" + output.plugin->name +
                    "): where it delivers to cannot be reached from the lab's machine");
  return all;
}

}  // namespace

Report report_before(const config::Site& site, Workbench& bench) {
  const Plan& plan = bench.plan();
  Report report{site.checkpoint.name, site.checkpoint.code, {}, not_tried(site, plan)};
  const auto add = [&](const config::PluginUse& use, const Mention* place) {
    Finding one{.device = use.instance.name, .plugin = use.plugin->name, .named = "-", .played = "nothing"};
    if (place != nullptr) {
      one.named = named(site, *place);
      one.played = played(*place, bench);
      if (place->fate == Fate::played)
        if (auto pins = pins_of(plan.parts[place->part]); !pins.empty()) one.notes.push_back(std::move(pins));
    }
    report.findings.push_back(std::move(one));
  };
  for (std::size_t i = 0; i < site.devices.size(); ++i) add(site.devices[i], place_of(plan, i));
  for (std::size_t i = 0; i < site.outputs.size(); ++i)
    if (const auto* board = plan.board_of_output(i)) add(site.outputs[i], board);
  return report;
}

config::Site site_here(const config::Site& site, Workbench& bench, const std::filesystem::path& folder) {
  config::Site here = site;
  here.journal.file = folder / "journal.db";
  for (const auto& mention : bench.plan().mentions) {
    if (mention.fate != Fate::played) continue;
    auto& use = (mention.is_output ? here.outputs : here.devices)[mention.device];
    const auto fields = use.plugin->settings();
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].key == mention.key) use.values[i] = bench.here(mention).text();
    here.tags.erase(key_of(site, mention));
  }
  const auto outputs = std::exchange(here.outputs, {});
  for (std::size_t i = 0; i < site.outputs.size(); ++i)
    if (is_store(site.outputs[i]) || bench.plan().board_of_output(i) != nullptr) here.outputs.push_back(outputs[i]);
  for (auto& store : here.outputs)
    if (is_store(store))
      for (auto& value : store.values)
        if (std::holds_alternative<std::filesystem::path>(value)) value = folder / (store.instance.name + ".db");
  return here;
}

const Mention* place_of(const Plan& plan, std::size_t device) {
  const auto* place = plan.find(device, "device");
  return place != nullptr ? place : plan.find(device, "board");
}

}  // namespace gatepost::lab
