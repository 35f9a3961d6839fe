// The board plugin under test, by an address.
#pragma once

#include <gatepost/hal/relay.hpp>
#include <optional>
#include <string>
#include <vector>

#include "specimen.hpp"

namespace gatepost::conformance {

/// NAME:… with the word DEVICE of the given `address` replaced by `device`, and the values as its options.
std::string board_address(const Specimen& of, const std::string& device);

/// The Error of an address whose options are these values, if any.
std::optional<Error> refusal_of_options(const Specimen& of, const std::vector<Value>& values);

/// Opens the board where there is one, switches it, asks it and lets go of it.
void use_board_briefly();

}  // namespace gatepost::conformance
