#include "api/verbs.hpp"

#include <algorithm>

namespace gatepost::api {

Verbs Verbs::only(std::span<const char* const> asked, std::span<const std::string> allowed) const {
  Verbs some;
  for (const auto& named : verbs_) {
    const auto& name = named.first;
    const auto& verb = named.second;
    const bool is_asked = std::ranges::any_of(asked, [&](const char* one) { return name == one; });
    const bool is_allowed = verb.effect == Effect::reads || std::ranges::find(allowed, name) != allowed.end();
    if (is_asked && is_allowed) some.verbs_[name] = verb;
  }
  return some;
}

}  // namespace gatepost::api
