#include <algorithm>
#include <array>

#include "cli/command.hpp"
#include "devices/commands.hpp"

namespace gatepost::cli {
namespace {

constexpr std::array all{&run,     &status,  &trace,  &check,  &reload,  &diff,     &unit,    &schema,  &migrate,
                         &plugins, &records, &counts, &verify, &letters, &decode,   &devices, &try_one, &calibrate,
                         &learn,   &doctor,  &record, &replay, &version, &complete, &manual};

}  // namespace

std::span<const Command* const> commands() { return all; }

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(all, name, [](const Command* command) { return command->name; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace gatepost::cli
