// Many Records in a journal, faster than a gate could make them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "journal/encoding.hpp"
#include "journal/personal_fields.hpp"
#include "journal/schema.hpp"
#include "world/records.hpp"

namespace gatepost::world {

/// Appends `count` attempts to the journal of site 4017, as whole and as chained as the engine's own. Nobody else may
/// have it open.
inline void append_backlog(const std::filesystem::path& file, std::uint64_t count) {
  open_journal({.file = file}).reset();  // begins it where it is not there
  auto database = support::Database::open(file, support::Database::Access::write).value();
  const auto identity = journal::identity_of(database).value();
  journal::Link end = journal::end_of(database).value();
  auto insert = database.prepare("INSERT INTO records(sequence, body, hash, personal) VALUES(?, ?, ?, ?)").value();
  database.run("PRAGMA synchronous = OFF").value();
  database.run("BEGIN").value();
  const WallTime begun = SystemClock().wall();
  for (std::uint64_t i = 0; i < count; ++i) {
    Record record = attempt("E" + std::to_string(i), begun);
    record.id = {identity.site, identity.epoch, end.sequence + 1};
    record.boot = std::string(32, '0');
    record.previous = end.hash;
    journal::commit_to_personal_fields(record, journal::draw_salt);
    const auto body = journal::encode(record), personal = journal::encode_personal(record);
    end = {record.id.sequence, journal::hash_of(body)};
    insert.bind(end.sequence, body, end.hash, personal).run().value();
  }
  database.run("COMMIT").value();
  database.run("PRAGMA wal_checkpoint(TRUNCATE)").value();
}

}  // namespace gatepost::world
