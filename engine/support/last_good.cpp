#include <gatepost/support/last_good.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

namespace gatepost::support {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view snapshot_word = " snapshot";
constexpr const char* source_name = "source";  // of which state it is; written last, so that it tells completeness

Error cannot_keep(const fs::path& file, int code) {
  return {"the last good copy cannot be kept: " + std::generic_category().message(code), file.string(),
          "see that its disk has space and that the engine's user may write there"};
}

Result<void> sync(const fs::path& path) {
  const FileDescriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened.is_open() || ::fsync(opened.number()) != 0) return cannot_keep(path, errno);
  return {};
}

void set_time(const fs::path& file, WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec stamp{seconds.time_since_epoch().count(), (time - seconds).count()};
  const std::array<timespec, 2> both{stamp, stamp};
  ::utimensat(AT_FDCWD, file.c_str(), both.data(), 0);
}

WallTime time_of(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return {};
  return WallTime(std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec));
}

FileDescriptor lock(const fs::path& folder, int how) {
  FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.is_open() && ::flock(opened.number(), how | LOCK_NB) == 0) return opened;
  return {};
}

// The numbers of NAME.1, NAME.2 …, the newest first.
std::vector<std::uint64_t> numbers_of(const fs::path& folder, const std::string& name) {
  std::vector<std::uint64_t> numbers;
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
    const std::string file = entry->path().filename().string();
    if (!file.starts_with(name + ".")) continue;
    std::uint64_t number = 0;
    const char* last = file.data() + file.size();
    const auto read = std::from_chars(file.data() + name.size() + 1, last, number);
    if (read.ec == std::errc() && read.ptr == last) numbers.push_back(number);
  }
  std::ranges::sort(numbers, std::greater());
  return numbers;
}

}  // namespace

std::optional<KeptState> LastGood::find() const {
  for (const auto number : numbers_of(folder_, name_)) {
    const fs::path folder = folder_ / (name_ + "." + std::to_string(number));
    KeptState state(folder, lock(folder, LOCK_SH));
    std::string line;
    std::getline(std::ifstream(folder / source_name), line);
    const auto stamp = FileStamp::parse(line);
    if (!state.lock_.is_open() || !stamp) continue;
    state.stamp_ = *stamp;
    state.is_snapshot_ = line.ends_with(snapshot_word);
    state.right_at_ = time_of(folder / source_name);
    return state;
  }
  return {};
}

Result<KeptState> LastGood::begin() const {
  const auto numbers = numbers_of(folder_, name_);
  for (std::uint64_t number = numbers.empty() ? 1 : numbers.front() + 1;; ++number) {
    const fs::path folder = folder_ / (name_ + "." + std::to_string(number));
    if (::mkdir(folder.c_str(), 0700) != 0) {
      if (errno == EEXIST) continue;  // another object of the same name
      return cannot_keep(folder, errno);
    }
    KeptState state(folder, lock(folder, LOCK_SH));
    if (state.lock_.is_open()) return state;
  }
}

Result<void> LastGood::complete(KeptState& state, const FileStamp& stamp, WallTime right_at, bool is_snapshot) {
  std::error_code failure;
  for (fs::directory_iterator entry(state.folder_, failure), end; !failure && entry != end; entry.increment(failure)) {
    if (::chmod(entry->path().c_str(), 0600) != 0) return cannot_keep(entry->path(), errno);
    if (auto synced = sync(entry->path()); !synced) return synced;
  }
  const fs::path source = state.folder_ / source_name, next = state.folder_ / "source.new";
  {
    const FileDescriptor made(::open(next.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    const std::string line = stamp.text() + std::string(is_snapshot ? snapshot_word : "") + "\n";
    if (!made.is_open() || ::write(made.number(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
      return cannot_keep(next, errno);
  }
  set_time(next, right_at);
  if (auto synced = sync(next); !synced) return synced;
  if (::rename(next.c_str(), source.c_str()) != 0) return cannot_keep(source, errno);
  if (auto synced = sync(state.folder_); !synced) return synced;
  state.stamp_ = stamp;
  state.right_at_ = right_at;
  state.is_snapshot_ = is_snapshot;
  return sync(state.folder_.parent_path());
}

void LastGood::confirm(KeptState& state, WallTime right_at) {
  state.right_at_ = right_at;
  set_time(state.folder_ / source_name, right_at);
}

void LastGood::tidy() const {
  const auto newest = find();
  for (const auto number : numbers_of(folder_, name_)) {
    const fs::path folder = folder_ / (name_ + "." + std::to_string(number));
    if (newest && folder == newest->folder()) continue;
    const FileDescriptor mine = lock(folder, LOCK_EX);
    std::error_code ignored;
    if (mine.is_open()) fs::remove_all(folder, ignored);
  }
}

}  // namespace gatepost::support
