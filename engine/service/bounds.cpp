#include "service/bounds.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <new>

#include "plugin/service_message.hpp"

namespace gatepost::service {
namespace {

constexpr rlim_t most_files = 256;
constexpr int niceness = 10;
constexpr rlim_t room_for_code = rlim_t{1} << 30;  // libraries, stacks that are reserved: addresses, not memory

void bound(__rlimit_resource what, rlim_t most) {
  const rlimit limit{most, most};
  static_cast<void>(::setrlimit(what, &limit));
}

// Nothing can be allocated any more, so nobody is told but by the status.
void leave() { ::_exit(plugin::out_of_memory_status); }

}  // namespace

void bound_this_process([[maybe_unused]] ByteSize memory) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  bound(RLIMIT_CORE, 0);
  bound(RLIMIT_NOFILE, most_files);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they reserve terabytes of addresses
  bound(RLIMIT_DATA, memory.bytes);
  bound(RLIMIT_AS, memory.bytes + room_for_code);  // what is shared (memfd, shmem) counts here alone
#endif
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, niceness));
  ::umask(077);
  static_cast<void>(::chdir("/"));  // no mount is kept busy
  std::set_new_handler(leave);
}

}  // namespace gatepost::service
