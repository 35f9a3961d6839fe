// The subcommands of `gatepost` that make cards. Their texts are here; the work is done by gatepost-card, so that the
// engine loads neither Pango nor Cairo. Each of the two programs has a run_issue() and a run_revoke() of its own.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace gatepost::cli {

extern const Command issue, revoke;

int run_issue(const std::vector<std::string>& arguments);
int run_revoke(const std::vector<std::string>& arguments);

}  // namespace gatepost::cli
