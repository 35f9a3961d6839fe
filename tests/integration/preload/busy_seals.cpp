// A kernel that is busy with a memory file, for programs started with LD_PRELOAD: the first BUSY_SEALS times that one
// is sealed it says EBUSY, as it does while it holds pages of it (fcntl(2), F_SEAL_WRITE).
#include <dlfcn.h>
#include <fcntl.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>

namespace {

bool is_busy(int command) {
  static int left = [] {
    const char* count = std::getenv("BUSY_SEALS");
    return count == nullptr ? 0 : std::atoi(count);
  }();
  return command == F_ADD_SEALS && left-- > 0;
}

}  // namespace

// The argument is a number or a pointer: both go on as a pointer, as the C library itself does.
extern "C" int fcntl64(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (is_busy(command)) {
    errno = EBUSY;
    return -1;
  }
  using Fcntl = int (*)(int, int, ...);
  static const auto next = reinterpret_cast<Fcntl>(::dlsym(RTLD_NEXT, "fcntl64"));
  return next(descriptor, command, argument);
}

extern "C" int fcntl(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return fcntl64(descriptor, command, argument);
}
