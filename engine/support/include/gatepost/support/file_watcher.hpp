// The one thread that watches the files of all plugin objects.
#pragma once

#include <gatepost/file_descriptor.hpp>
#include <gatepost/host.hpp>
#include <gatepost/time.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace gatepost::support {

/// Sleeps in the kernel (inotify(7)) while nothing happens; what inotify does not see (a network's file system, a link,
/// a folder that is not there) is looked at every few seconds. A file is read by a thread of its own that lives as long
/// as that takes: a plugin or a disk that hangs holds up its file alone. It has neither thread nor open file before the
/// first.
class FileWatcher {
 public:
  static constexpr Duration poll_every = std::chrono::seconds(5);

  /// `clock` outlives it.
  explicit FileWatcher(const Clock& clock) : clock_(clock) {}
  ~FileWatcher();
  FileWatcher(const FileWatcher&) = delete;
  FileWatcher& operator=(const FileWatcher&) = delete;

  /// What Host::watch() promises. `host`, whose clock is this one's, keeps the watcher alive.
  Result<std::unique_ptr<FileWatch>> watch(std::shared_ptr<Host> host, WatchedFile file, FileReading read);

  /// Time was moved by somebody else than time.
  void wake() const;

 private:
  class Entry;

  void open();
  void work(const std::stop_token& stop);
  void follow(Entry& entry);
  void unfollow(const Entry& entry);
  void hear();
  void begin_looks(BootTime now, std::optional<BootTime>& next);
  void looked(Entry& entry);

  const Clock& clock_;
  FileDescriptor inotify_{}, wake_{};  ///< opened with the first file
  std::mutex mutex_;                   ///< of what follows; no plugin, disk or Host is called within it
  std::vector<Entry*> entries_;
  std::jthread thread_;  // last: it uses all of the above
};

/// The file, or the last good copy in the Host's data folder, read for somebody who only wants to know whether that can
/// be: nothing is kept, changed or watched. `host` outlives it.
Result<std::unique_ptr<FileWatch>> read_once(Host& host, WatchedFile file, FileReading read);

}  // namespace gatepost::support
