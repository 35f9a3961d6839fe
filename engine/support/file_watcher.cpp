#include <gatepost/support/file_watcher.hpp>

#include <linux/magic.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/statfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <gatepost/support/file_reader.hpp>
#include <gatepost/support/low_priority.hpp>
#include <utility>

namespace gatepost::support {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t heard_of = IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE |
                                   IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

// Where others change files without this kernel's knowledge: statfs(2), f_type.
bool is_of_a_network(const fs::path& folder) {
  constexpr std::array<std::uint64_t, 7> far{NFS_SUPER_MAGIC,       SMB_SUPER_MAGIC,       0xFF534D42 /* cifs */,
                                             0xFE534D42 /* smb2 */, 0x65735546 /* fuse */, 0x01021997 /* 9p */,
                                             CODA_SUPER_MAGIC};
  struct statfs status {};
  if (::statfs(folder.c_str(), &status) != 0) return true;
  return std::ranges::find(far, static_cast<std::uint64_t>(status.f_type)) != far.end();
}

int milliseconds_until(std::optional<BootTime> due, BootTime now) {
  if (!due) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - now);
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

/// As read_once() gives it.
class OnceRead final : public FileWatch {
 public:
  OnceRead(Host& host, WatchedFile file, FileReading read)
      : reader_(host, std::move(file), std::move(read), FileReader::Keeps::nothing) {}
  Result<void> begin() { return reader_.begin(); }
  Now now() const override { return reader_.now(); }
  FileSummary summary() const override { return reader_.summary(); }

 private:
  FileReader reader_;
};

}  // namespace

/// A file that is watched.
class FileWatcher::Entry final : public FileWatch {
 public:
  Entry(FileWatcher& watcher, std::shared_ptr<Host> host, WatchedFile file, FileReading read)
      : watcher_(watcher),
        host_(std::move(host)),
        reader(*host_, std::move(file), std::move(read), FileReader::Keeps::copies),
        folder(reader.path().parent_path()),
        name(reader.path().filename().string()) {}
  ~Entry() override {
    {
      const std::scoped_lock lock(watcher_.mutex_);
      std::erase(watcher_.entries_, this);  // nothing begins any more
    }
    looker = {};  // asks it to stop, and waits
    watcher_.unfollow(*this);
    reader.end();
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  Now now() const override { return reader.now(); }
  FileSummary summary() const override { return reader.summary(); }

 private:
  FileWatcher& watcher_;
  const std::shared_ptr<Host> host_;  ///< before the reader, which uses it

 public:
  FileReader reader;
  const fs::path folder;
  const std::string name;
  // Of the watcher's lock.
  int descriptor = -1;                ///< of its folder, in inotify
  std::optional<BootTime> poll_at{};  ///< where inotify does not see it
  bool is_looking = true;             ///< begin() is, at first
  std::jthread looker;
};

FileWatcher::~FileWatcher() {
  thread_.request_stop();
  wake();
}

void FileWatcher::wake() const { static_cast<void>(::eventfd_write(wake_.number(), 1)); }

void FileWatcher::open() {
  const std::scoped_lock lock(mutex_);
  if (wake_.is_open()) return;
  inotify_ = FileDescriptor(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  wake_ = FileDescriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

// It is heard of before it is read for the first time, so that no change is missed between the two.
Result<std::unique_ptr<FileWatch>> FileWatcher::watch(std::shared_ptr<Host> host, WatchedFile file, FileReading read) {
  open();
  auto entry = std::make_unique<Entry>(*this, std::move(host), std::move(file), std::move(read));
  {
    const std::scoped_lock lock(mutex_);
    entries_.push_back(entry.get());
  }
  follow(*entry);
  if (auto begun = entry->reader.begin(); !begun) return begun.error();
  {
    const std::scoped_lock lock(mutex_);
    entry->is_looking = false;
    if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
  wake();
  return std::unique_ptr<FileWatch>(std::move(entry));
}

// The disk is asked outside the lock: one that hangs is one file's trouble.
void FileWatcher::follow(Entry& entry) {
  std::error_code failure;
  const bool is_link = fs::is_symlink(entry.reader.path(), failure);
  const bool is_seen = inotify_.is_open() && !is_link && !is_of_a_network(entry.folder);
  const int descriptor = is_seen ? ::inotify_add_watch(inotify_.number(), entry.folder.c_str(), heard_of) : -1;
  const std::scoped_lock lock(mutex_);
  entry.descriptor = descriptor;
  entry.poll_at = descriptor < 0 ? std::optional(clock_.boot() + poll_every) : std::nullopt;
}

void FileWatcher::unfollow(const Entry& entry) {
  const std::scoped_lock lock(mutex_);
  const bool is_used =
      std::ranges::any_of(entries_, [&](const Entry* one) { return one->descriptor == entry.descriptor; });
  if (entry.descriptor >= 0 && !is_used) ::inotify_rm_watch(inotify_.number(), entry.descriptor);
}

// All that waits, told to whom it is about. With the lock.
void FileWatcher::hear() {
  alignas(inotify_event) std::array<char, 16 * 1024> buffer{};
  while (true) {
    const auto size = ::read(inotify_.number(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    for (const char* at = buffer.data(); at < buffer.data() + size;) {
      const auto& event = *reinterpret_cast<const inotify_event*>(at);
      at += sizeof(inotify_event) + event.len;
      const std::string_view name = event.len > 0 ? event.name : "";
      if ((event.mask & IN_MOVE_SELF) != 0) ::inotify_rm_watch(inotify_.number(), event.wd);
      for (Entry* entry : entries_) {
        const bool is_lost = (event.mask & IN_Q_OVERFLOW) != 0;
        if (!is_lost && entry->descriptor != event.wd) continue;
        if ((event.mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
          entry->descriptor = -1;
          entry->poll_at = clock_.boot();
        } else if (is_lost) {
          entry->reader.touched();
        } else if (entry->name == name) {
          if ((event.mask & IN_MODIFY) != 0)
            entry->reader.wrote();
          else if ((event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0)
            entry->reader.finished();
          else
            entry->reader.touched();
        }
      }
    }
  }
}

void FileWatcher::begin_looks(BootTime now, std::optional<BootTime>& next) {
  for (Entry* entry : entries_) {
    if (entry->is_looking) continue;
    std::optional<BootTime> due = entry->reader.due();
    if (entry->poll_at && (!due || *entry->poll_at < *due)) due = entry->poll_at;
    if (due && now >= *due) {
      entry->is_looking = true;
      entry->looker = std::jthread([this, entry](const std::stop_token& stop) {
        step_behind_the_lanes();
        const auto news = [this] {
          const std::scoped_lock lock(mutex_);
          hear();
        };
        entry->reader.look(stop, news);
        looked(*entry);
      });
    } else if (due && (!next || *due < *next)) {
      next = due;
    }
  }
}

// Of the thread that looked. What inotify did not see it may see by now.
void FileWatcher::looked(Entry& entry) {
  const bool is_heard_of = [&] {
    const std::scoped_lock lock(mutex_);
    return entry.descriptor >= 0;
  }();
  if (!is_heard_of) follow(entry);
  {
    const std::scoped_lock lock(mutex_);
    entry.is_looking = false;
  }
  wake();
}

void FileWatcher::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::optional<BootTime> next;
    BootTime now;
    {
      const std::scoped_lock lock(mutex_);
      if (inotify_.is_open()) hear();
      now = clock_.boot();
      begin_looks(now, next);
    }
    std::array<pollfd, 2> watched{{{wake_.number(), POLLIN, 0}, {inotify_.number(), POLLIN, 0}}};
    static_cast<void>(::poll(watched.data(), watched.size(), milliseconds_until(next, now)));
    eventfd_t ignored = 0;
    static_cast<void>(::eventfd_read(wake_.number(), &ignored));
  }
}

Result<std::unique_ptr<FileWatch>> read_once(Host& host, WatchedFile file, FileReading read) {
  auto watch = std::make_unique<OnceRead>(host, std::move(file), std::move(read));
  if (auto begun = watch->begin(); !begun) return begun.error();
  return std::unique_ptr<FileWatch>(std::move(watch));
}

}  // namespace gatepost::support
