// The tables of the file, and what becomes of a file that an older program made.
#pragma once

#include <stop_token>

#include <gatepost/support/sqlite.hpp>

namespace local_store {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::Database;
using gatepost::support::Statement;

inline constexpr int application_id = 0x47507374;  ///< "GPst", in the file's header
inline constexpr int format_version = 3;

/// Opens a file that is there. Waits 500 ms for another program's lock, so that a Sink is back within its second.
Result<Database> open_file(const std::filesystem::path& file, Database::Access access);

/// A new file gets its tables, one of an older format becomes one of the present format whole or, once `stop` is asked
/// for, not at all; another program's is left alone.
Result<void> claim(Database& database, const std::stop_token& stop);

/// The format of a file that can be counted.
Result<std::int64_t> known_format(Database& database);

}  // namespace local_store
