// The plugin's own code. Its exported symbol has another name here, where several plugins stand in one program.
#define gatepost_plugin passback_descriptor
#include "../../plugins/policy/anti_passback/anti_passback.cpp"
#undef gatepost_plugin

#include "rules.hpp"

namespace gatepost::simulation {

std::unique_ptr<Policy> make_passback() {
  Settings settings;
  settings.forget_after = Rules::forget_after;
  return std::move(*passback_descriptor.make.policy(table.values(settings), {"once_inside", "/"}));
}

}  // namespace gatepost::simulation
