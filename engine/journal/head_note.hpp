// How far a journal had promised, noted beside it.
//
// SQLite ends a WAL at the first frame that does not check: a byte spoilt there takes away what follows without a word.
// The note tells that something is gone. It is written in place after each sync and not synced itself: it may be behind
// after a power cut, but never ahead.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <optional>
#include <utility>

#include "journal/schema.hpp"

namespace gatepost::journal {

struct Head {
  Identity identity{};
  Link end{};  ///< the newest Record that was promised
};

/// FILE.head, open for writing.
class HeadNote {
 public:
  static Result<HeadNote> open(const std::filesystem::path& journal);
  HeadNote() = default;

  /// Where it cannot be written the journal goes on without: the note only makes a loss known.
  void write(const Head& head) const;

 private:
  explicit HeadNote(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  FileDescriptor descriptor_;
};

std::filesystem::path head_note_of(const std::filesystem::path& journal);

/// What the note says; nothing where there is none, or none that checks.
std::optional<Head> read_head(const std::filesystem::path& journal);

}  // namespace gatepost::journal
