// A point-of-sale scanner that reads the lines of a file.
#pragma once

#include <gatepost/hal/raw_hid.hpp>

namespace gatepost::hal {

/// sim:hid/FILE sends a line every `every` as its reports, over and over with repeat=yes. A line may begin with its AIM
/// identifier (]Q1), else it is ]C0; of one that ends in a backslash the last report never comes. What is set as a
/// feature report is given back.
Result<std::unique_ptr<RawHid>> open_sim_hid(const Address& address);

}  // namespace gatepost::hal
