// What a credential's attributes must say.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <gatepost/result.hpp>

namespace demands {

/// By the name of an attribute the values that it may have; none: any, as long as it has one.
using Demands = std::map<std::string, std::set<std::string>>;

/// Of "NAME=VALUE", where values of one name stand beside each other, and "NAME". In composed form (NFC).
gatepost::Result<Demands> parse(const std::vector<std::string>& texts);

/// Whether the attributes meet all of them.
bool are_met(const Demands& demands, const std::map<std::string, std::string>& attributes);

}  // namespace demands
