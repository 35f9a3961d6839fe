// Cards that anybody may have, and a rule that lets everybody in, as scenarios with lanes have them.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/lane.hpp"

namespace gatepost::interleaving {

class Card final : public CredentialFormat {
 public:
  Result<std::optional<Credential>> parse(const Reading& reading) const override {
    return Credential{.scheme = "card", .subject = reading.payload};
  }
};

class Everybody final : public Policy {
 public:
  Result<Decision> decide(const Attempt&) const override { return Decision{.outcome = Outcome::grant}; }
  bool learns() const override { return false; }
};

inline std::vector<runtime::NamedFormat> formats() { return {{"card", std::make_shared<Card>()}}; }

inline std::vector<std::shared_ptr<const runtime::SharedPolicy>> everybody() {
  return {std::make_shared<runtime::SharedPolicy>("everybody", std::make_unique<Everybody>())};
}

inline config::Lane settings_of(std::string name, std::string actuator = {}) {
  return {.name = std::move(name),
          .inputs = {},
          .credentials = {"card"},
          .policies = {"everybody"},
          .actuator = std::move(actuator),
          .rules = {}};
}

}  // namespace gatepost::interleaving
