// What an object was given to keep: a redaction of one text.
#pragma once

#include <gatepost/descriptor.hpp>
#include <string>

#include "config/redaction.hpp"

namespace gatepost::world {

inline config::Redaction hiding(const std::string& secret) {
  struct Given {
    std::string address;
  };
  static constexpr auto table = settings(field("address", &Given::address, "of what it speaks to"));
  Descriptor descriptor{};
  descriptor.settings = [] { return table.infos(); };
  return config::Redaction(config::PluginUse{&descriptor, {secret}, {"one", "/"}, {true}});
}

}  // namespace gatepost::world
