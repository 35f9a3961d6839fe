// UTF-16, as spreadsheets save "Unicode text", to UTF-8.
#pragma once

#include "csv.hpp"

namespace roster {

/// `rest`: what follows the byte order mark. Half a pair, or half a unit at the end, becomes a byte that is no UTF-8,
/// so that whoever reads it says so.
Source utf8_of_utf16(Source rest, bool big_endian);

}  // namespace roster
