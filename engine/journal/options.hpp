// What a journal is opened with, and what outputs are told of their places in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <gatepost/boot.hpp>
#include <gatepost/record.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "journal/disk.hpp"
#include "journal/personal_fields.hpp"

namespace gatepost::journal {

struct Options {
  std::filesystem::path file;
  std::uint64_t site = 0;  ///< the checkpoint's code
  Duration keep = std::chrono::hours(24 * 90);
  std::uint64_t max_size = 1ULL << 30;  ///< bytes
  /// Names of the cursors that hold Records back. Others hold nothing; one that comes back goes on from where it was,
  /// or from the oldest Record kept.
  std::vector<std::string> readers{};
  const Clock* clock = nullptr;
  /// A folder for a second high-water mark, one that a copy of the journal's folder does not take along; empty: none.
  std::filesystem::path marks{};
  const Disk* disk = &real_disk();
  DrawSalt draw_salt = journal::draw_salt;
  /// How long personal fields are kept, by their names, where that is less than `keep`: name ▶ 7 days.
  std::map<std::string, Duration> forget{};
  std::int64_t wal_pages = 1000;  ///< so many are gathered in the WAL before they are written into the database
  std::string boot = boot_id();   ///< the boot that this machine is in
  /// False: what the flusher and the watch do is done by `work` alone, for a simulation, which has one thread.
  bool has_threads = true;
  /// Told each Record once it is durable, in order, before commit returns. Calls come from any thread, one at a time.
  /// On the commit path, so the engine's own alone: it must not wait, not throw, and not ask for a commit.
  std::function<void(const Record&)> durable{};
  /// Told at once, from any thread, what keeps Records from being kept now, or that they can be again: an alarm that is
  /// not on disk yet. As `durable`; must not ask the journal for anything.
  std::function<void(const Record&)> alarm{};
};

/// Bytes of a Record as kept; a larger one is refused.
constexpr std::size_t largest_record = 64 * 1024;

/// What a reader has not taken yet of a journal that was set aside.
struct ArchivedBacklog {
  std::filesystem::path file{};
  std::uint64_t epoch = 0;     ///< in the file's name
  std::uint64_t sequence = 0;  ///< taken, or found lost, up to here
  std::uint64_t last = 0;
  std::uint64_t lost = 0;  ///< what could not be read, since this run began
};

/// Up to where a reader has got: a sequence is no place in another epoch's file.
struct Cursor {
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;  ///< 0: nowhere
};

/// Records of that epoch up to this one are on their way to where a reader brings them.
struct Sent {
  std::uint64_t epoch = 0, sequence = 0;
};

/// What there is for a reader to do, all of one moment: where a journal is set aside in between, none of it is of
/// another one than the rest.
struct Standing {
  Cursor cursor{};
  std::uint64_t last = 0;      ///< the newest durable Record of that epoch
  std::uint64_t letters = 0;   ///< dead letters that it has
  bool letters_asked = false;  ///< some of them are to be sent again
  std::optional<ArchivedBacklog>
      backlog{};  ///< the oldest of what it has still to take from journals that were set aside
};

/// Who says that the journal was put back from a copy: a reader that holds a Record which it does not know.
struct Holder {
  std::string reader{};
  std::uint64_t epoch = 0;       ///< of that Record
  std::uint64_t differs_at = 0;  ///< the journal has another Record under this number; 0: not known of any
};

/// Options::alarm was told of it before it was durable.
bool is_told_at_once(const Record& record);

}  // namespace gatepost::journal
