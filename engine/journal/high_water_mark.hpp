// How far a journal has promised, kept apart from it.
//
// SQLite ends a WAL at the first frame that does not check, and a journal that was put back from a copy proves whole: a
// mark tells that something is gone. One stands beside the file, one in a folder that a copy of the journal's folder
// does not take. Each has two slots that are written in turn, so that a write that a power cut tears leaves the one
// before. It is written after each sync and not synced itself: behind after a power cut, but never ahead.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <memory>
#include <optional>

#include "journal/disk.hpp"
#include "journal/schema.hpp"

namespace gatepost::journal {

struct Mark {
  Identity identity{};
  Link end{};  ///< the newest Record that was promised
  bool is_before(const Mark& other) const;
};

/// A mark as it stands in a file.
using Slot = std::array<std::byte, 8 + 3 * 8 + 2 * 32>;
Slot slot_of(const Mark& mark);

/// Open for writing.
class HighWaterMark {
 public:
  static Result<HighWaterMark> open(const Disk& disk, const std::filesystem::path& file);
  HighWaterMark() = default;

  /// False where it cannot be written: the journal goes on without, since the mark only makes a loss known.
  bool write(const Slot& slot);
  /// Once for each epoch: that there was this journal must not be forgotten.
  void sync() {
    if (file_) static_cast<void>(file_->sync());
  }

 private:
  std::unique_ptr<Disk::File> file_;
  unsigned slot_ = 0;  ///< to be written next
};

/// FILE.head.
std::filesystem::path mark_beside(const std::filesystem::path& journal);
/// In a folder for the marks of all journals: named by the site's code and the journal's path.
std::filesystem::path mark_apart(const std::filesystem::path& folder, std::uint64_t site,
                                 const std::filesystem::path& journal);

/// The newest slot that checks; nothing where there is none. An Error where the disk does not tell.
Result<std::optional<Mark>> read_mark(const Disk& disk, const std::filesystem::path& file);

/// Where marks of journals stand by default: what systemd gives the service as its cache, else the user's cache folder.
/// Copies leave those out.
std::filesystem::path marks_folder();

}  // namespace gatepost::journal
