// What stands in the copies of the product's sources that mutants.cmake makes.
#pragma once

#include <string_view>

namespace gatepost::interleaving {

/// Whether that guard is taken out in this run.
bool is_out(std::string_view mutant);

}  // namespace gatepost::interleaving
