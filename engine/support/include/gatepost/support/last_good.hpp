// Files as they were taken last, kept over restarts.
#pragma once

#include <filesystem>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <gatepost/support/file_stamp.hpp>
#include <gatepost/time.hpp>
#include <optional>
#include <string>

namespace gatepost::support {

/// One kept state: a folder with the copy and what was made of it. It stays as long as this does, whoever looks.
class KeptState {
 public:
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path copy() const { return folder_ / "copy"; }
  const FileStamp& stamp() const { return stamp_; }  ///< of the file that was copied
  WallTime right_at() const { return right_at_; }    ///< when that file was last seen to be as it was copied
  /// Of a file that goes on changing in place: it is never what stands there now.
  bool is_snapshot() const { return is_snapshot_; }

 private:
  friend class LastGood;
  KeptState(std::filesystem::path folder, FileDescriptor lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}
  std::filesystem::path folder_;
  FileDescriptor lock_;
  FileStamp stamp_{};
  WallTime right_at_{};
  bool is_snapshot_ = false;
};

/// The kept states of one file: folders NAME.1, NAME.2 … of which the newest that is complete counts. Several objects
/// and processes may look at them at once.
class LastGood {
 public:
  /// `folder` is there, and its owner's alone.
  LastGood(std::filesystem::path folder, std::string name) : folder_(std::move(folder)), name_(std::move(name)) {}

  /// Nothing: there is none.
  std::optional<KeptState> find() const;

  /// An empty folder for the next one, which counts for nothing before complete().
  Result<KeptState> begin() const;
  /// What stands in its folder is on the disk, for its owner's eyes, and counts from now on; after a crash all of it
  /// does, or nothing.
  static Result<void> complete(KeptState& state, const FileStamp& stamp, WallTime right_at, bool is_snapshot = false);
  /// Its file is still as it was copied.
  static void confirm(KeptState& state, WallTime right_at);

  /// Takes away what counts for nothing and is used by nobody.
  void tidy() const;

 private:
  std::filesystem::path folder_;
  std::string name_;
};

}  // namespace gatepost::support
