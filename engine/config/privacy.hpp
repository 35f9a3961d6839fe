// What a site's Records keep of people, and for how long: whether what its file says of it makes sense.
#pragma once

#include "config/diagnostic.hpp"
#include "config/site.hpp"
#include "config/tree.hpp"

namespace gatepost::config {

/// Checks the section `journal` as it was read, and fills in `forget_after`.
void check_privacy(Diagnostics& diagnostics, const Node& section, Journal& journal);

}  // namespace gatepost::config
