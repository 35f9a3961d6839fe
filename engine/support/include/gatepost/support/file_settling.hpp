// When a file that changes is whole: a state machine without I/O, told what the kernel tells of it and what it looked
// like, and when.
#pragma once

#include <gatepost/support/file_stamp.hpp>
#include <gatepost/time.hpp>
#include <optional>

namespace gatepost::support {

/// A state is whole once whoever wrote it has closed it, or it came by a rename; where nobody tells of that, once it
/// has been left alone for a while. A file that goes has to stay away as long: many are replaced by rm and create.
class FileSettling {
 public:
  static constexpr Duration quiet = std::chrono::seconds(2);
  /// Of one that somebody has written and not closed: he may pause. Some never close what they write.
  static constexpr Duration quiet_while_open = std::chrono::minutes(1);

  /// `dealt_with`: what has been read already.
  explicit FileSettling(const FileStamp& dealt_with) : dealt_with_(dealt_with), seen_(dealt_with) {}

  // What the kernel tells.
  void wrote(BootTime now) {
    is_open_ = true;
    is_finished_ = false;
    changed_at_ = now;
    ++writes_;
  }
  void finished(BootTime now) {
    is_open_ = false;
    is_finished_ = true;
    changed_at_ = now;
    is_to_be_seen_ = true;
    ++writes_;
  }
  /// It came, went, or became something else in another way.
  void touched() { is_to_be_seen_ = true; }

  /// What it looks like.
  void seen(const FileStamp& stamp, BootTime now) {
    is_to_be_seen_ = false;
    if (stamp != seen_ && !is_finished_ && !is_open_) changed_at_ = now;  // else the kernel has told when
    seen_ = stamp;
    if (!stamp.is_there()) is_open_ = is_finished_ = false;
    if (stamp != dealt_with_) return;
    is_finished_ = false;
    if (now >= changed_at_ + quiet_while_open) is_open_ = false;
  }
  /// What was seen last has been read, or refused.
  void deal_with() {
    dealt_with_ = seen_;
    is_open_ = is_finished_ = false;
  }

  bool has_changed() const { return seen_ != dealt_with_ || is_open_; }
  bool is_whole(BootTime now) const {
    return seen_ != dealt_with_ && (is_finished_ || now >= changed_at_ + (is_open_ ? quiet_while_open : quiet));
  }
  BootTime changed_at() const { return changed_at_; }
  /// How often the kernel told that it was written, closed or renamed.
  std::uint64_t writes() const { return writes_; }

  /// When it is to be looked at next; nothing: once the kernel tells more.
  std::optional<BootTime> due() const {
    if (is_to_be_seen_) return BootTime::min();
    if (is_open_) return changed_at_ + quiet_while_open;
    if (seen_ == dealt_with_) return {};
    return is_finished_ ? BootTime::min() : changed_at_ + quiet;
  }

 private:
  FileStamp dealt_with_, seen_;
  BootTime changed_at_{};
  std::uint64_t writes_ = 0;
  bool is_open_ = false;      ///< written, and not closed since
  bool is_finished_ = false;  ///< closed or renamed into its place, and not written since
  bool is_to_be_seen_ = false;
};

}  // namespace gatepost::support
