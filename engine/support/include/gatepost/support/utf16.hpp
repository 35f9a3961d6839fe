// UTF-16, as spreadsheets save "Unicode text", to UTF-8.
#pragma once

#include <gatepost/support/csv.hpp>

namespace gatepost::support {

/// `rest`: what follows the byte order mark. Half a pair, or half a unit at the end, becomes a byte that is no UTF-8,
/// so that whoever reads it says so.
ByteSource utf8_of_utf16(ByteSource rest, bool big_endian);

}  // namespace gatepost::support
