// The tables of the file, and what becomes of a file that an older program made.
#pragma once

#include <stop_token>

#include "sqlite.hpp"

namespace local_store {

inline constexpr int application_id = 0x47507374;  ///< "GPst", in the file's header
inline constexpr int format_version = 2;

/// A new file gets its tables, one of format 1 becomes one of format 2 whole or, once `stop` is asked for, not at all;
/// another program's is left alone.
Result<void> claim(Database& database, const std::stop_token& stop);

/// The format of a file that can be counted.
Result<std::int64_t> known_format(const Database& database);

}  // namespace local_store
