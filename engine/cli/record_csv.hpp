// Records as a table for a spreadsheet: attendance, mostly.
#pragma once

#include <gatepost/record.hpp>
#include <string>

namespace gatepost::cli {

/// The names of the columns. RFC 4180: each row ends in CR LF.
std::string csv_header();

/// A row. No cell is a formula to a spreadsheet, whatever was scanned: see the .cpp.
std::string csv_row(const Record& record);

}  // namespace gatepost::cli
