// The plugin's own code, as in rule_passback.cpp.
#define gatepost_plugin quota_descriptor
#include "../../plugins/policy/quota/quota.cpp"
#undef gatepost_plugin

#include "rules.hpp"

namespace gatepost::simulation {

std::unique_ptr<Policy> make_quota() {
  Settings settings;
  settings.inside_at_most = Rules::inside_at_most;
  settings.forget_after = Rules::forget_after;
  return std::move(*quota_descriptor.make.policy(table.values(settings), {"three_inside", "/"}));
}

}  // namespace gatepost::simulation
