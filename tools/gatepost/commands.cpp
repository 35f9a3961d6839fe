#include <algorithm>
#include <array>

#include "card/commands/commands.hpp"
#include "cli/command.hpp"
#include "devices/commands.hpp"

namespace gatepost::cli {
namespace {

constexpr std::array all{&run,       &status,       &trace,   &check,  &reload, &diff,    &unit,     &schema,
                         &plugins,   &texts,        &records, &counts, &lookup, &inspect, &inside,   &presence,
                         &verify,    &dead_letters, &erase,   &decode, &issue,  &revoke,  &devices,  &try_one,
                         &calibrate, &learn,        &doctor,  &record, &replay, &version, &complete, &manual};

/// Commands by the names that they had: taken for one more version, and told to nobody.
constexpr std::array<std::array<std::string_view, 2>, 1> former_names{{{"letters", "dead-letters"}}};

}  // namespace

std::span<const Command* const> commands() { return all; }

const Command* find_command(std::string_view name) {
  for (const auto& [former, present] : former_names)
    if (name == former) name = present;
  const auto found = std::ranges::find(all, name, [](const Command* command) { return command->name; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace gatepost::cli
