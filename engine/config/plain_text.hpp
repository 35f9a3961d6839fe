// What the bytes of a site file must be before YAML is asked.
#pragma once

#include "config/diagnostic.hpp"

namespace gatepost::config {

/// UTF-8 without control characters, indented with spaces. Else a diagnostic in the file of that number, and false.
bool is_plain_text(const Source& source, std::size_t file, Diagnostics& diagnostics);

}  // namespace gatepost::config
