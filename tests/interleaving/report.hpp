// A failure, and what happened before it, as people read it.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string_view>
#include <vector>

#include "scheduler.hpp"

namespace gatepost::interleaving {

void print(std::ostream& to, const std::vector<Event>& events);
void report(std::ostream& to, const Failure& failure, std::string_view scenario, std::uint64_t seed,
            std::string_view mutant);

}  // namespace gatepost::interleaving
