// A disk that fails, for programs started with LD_PRELOAD. What it does stands in a file that the test rewrites while
// the program runs (FAULTY_DISK_ORDERS); it concerns files whose names begin with FAULTY_DISK_PREFIX. Orders, a line
// each:
//   slow MS      a sync takes that long
//   dead         a sync fails with EIO
//   full         a write fails with ENOSPC
//   read_only    a write fails with EROFS
// With FAULTY_DISK_SHADOW, a folder, it keeps there what a power cut would leave: each file as it was at its last sync.
// With FAULTY_DISK_LOG, it appends a line "sync NAME" there after each sync.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

std::string name_of(int descriptor) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const auto size = ::readlink(link.c_str(), path.data(), path.size());
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : std::string();
}

bool concerns(const std::string& name) {
  const char* prefix = std::getenv("FAULTY_DISK_PREFIX");
  return prefix != nullptr && name.rfind(prefix, 0) == 0;
}

std::string order(const char* word) {
  const char* orders = std::getenv("FAULTY_DISK_ORDERS");
  if (orders == nullptr) return {};
  const int file = ::open(orders, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::array<char, 256> text{};
  const auto size = ::read(file, text.data(), text.size() - 1);
  ::close(file);
  const std::string all = "\n" + std::string(text.data(), static_cast<std::size_t>(size > 0 ? size : 0));
  const auto at = all.find("\n" + std::string(word));
  return at == std::string::npos ? std::string() : all.substr(at + 1, all.find('\n', at + 1) - at - 1);
}

bool fails_writing(int descriptor) {
  const int before = errno;
  const bool full = !order("full").empty(), read_only = !order("read_only").empty();
  errno = before;
  if ((!full && !read_only) || !concerns(name_of(descriptor))) return false;
  errno = full ? ENOSPC : EROFS;
  return true;
}

// The whole file as it is now, put in place in one step: a power cut during a sync leaves the state before.
void keep_shadow(int descriptor, const std::string& name) {
  const char* folder = std::getenv("FAULTY_DISK_SHADOW");
  if (folder == nullptr) return;
  const std::string shadow = folder + name.substr(name.rfind('/'));
  const std::string fresh = shadow + ".new" + std::to_string(::gettid());
  const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const int in = ::open(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), O_RDONLY | O_CLOEXEC);
  std::array<char, 65536> bytes{};
  for (ssize_t size = 0; (size = ::read(in, bytes.data(), bytes.size())) > 0;)
    if (next<ssize_t (*)(int, const void*, size_t)>("write")(out, bytes.data(), static_cast<std::size_t>(size)) < 0)
      break;
  ::close(in);
  ::close(out);
  ::rename(fresh.c_str(), shadow.c_str());
}

void note(const std::string& name) {
  const char* log = std::getenv("FAULTY_DISK_LOG");
  if (log == nullptr) return;
  const int file = ::open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string line = "sync " + name + "\n";
  static_cast<void>(next<ssize_t (*)(int, const void*, size_t)>("write")(file, line.data(), line.size()));
  ::close(file);
}

int sync_with(const char* function, int descriptor) {
  const std::string name = name_of(descriptor);
  if (concerns(name)) {
    if (const std::string slow = order("slow "); !slow.empty()) {
      const long ms = std::atol(slow.c_str() + 5);
      const timespec time{ms / 1000, ms % 1000 * 1'000'000};
      ::nanosleep(&time, nullptr);
    }
    if (!order("dead").empty()) {
      errno = EIO;
      return -1;
    }
  }
  const int done = next<int (*)(int)>(function)(descriptor);
  if (done == 0 && concerns(name)) {
    keep_shadow(descriptor, name);
    note(name);
  }
  return done;
}

}  // namespace

extern "C" {
// SQLite syncs the folder after it, which is not followed here.
int unlink(const char* name) {
  const char* folder = std::getenv("FAULTY_DISK_SHADOW");
  const auto remove = next<int (*)(const char*)>("unlink");
  if (folder != nullptr && concerns(name)) remove((folder + std::string(std::strrchr(name, '/'))).c_str());
  return remove(name);
}
int fsync(int descriptor) { return sync_with("fsync", descriptor); }
int fdatasync(int descriptor) { return sync_with("fdatasync", descriptor); }

ssize_t write(int descriptor, const void* bytes, size_t size) {
  return fails_writing(descriptor) ? -1 : next<ssize_t (*)(int, const void*, size_t)>("write")(descriptor, bytes, size);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t at) {
  return fails_writing(descriptor)
             ? -1
             : next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite")(descriptor, bytes, size, at);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t at) {
  return fails_writing(descriptor)
             ? -1
             : next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64")(descriptor, bytes, size, at);
}
}
