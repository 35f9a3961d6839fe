// A Record as people see it.
#pragma once

#include <gatepost/record.hpp>
#include <string>

namespace gatepost::cli {

/// "2026-11-24 00:41:49.123Z"
std::string time_text(WallTime wall);

/// One line, safe for a terminal.
std::string line_of(const Record& record);

}  // namespace gatepost::cli
