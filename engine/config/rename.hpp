// Keys of settings that have another name by now.
#pragma once

#include <string>

#include "config/source.hpp"

namespace gatepost::config {

/// A key of the file that has another name by now.
struct Rename {
  Place place;
  std::string former, now;
};

}  // namespace gatepost::config
