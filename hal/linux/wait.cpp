#include "linux/wait.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>

namespace gatepost::hal {

Result<StopEvent> StopEvent::make() {
  FileDescriptor descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!descriptor.is_open())
    return Error{std::string("no event descriptor: ") + std::strerror(errno), "this process",
                 "raise its limit of open files"};
  return StopEvent(std::move(descriptor));
}

void StopEvent::ring() const {
  const std::uint64_t one = 1;
  static_cast<void>(::write(descriptor(), &one, sizeof one) == sizeof one);  // full means that it rings already
}

void StopEvent::silence() const {
  std::uint64_t count = 0;
  static_cast<void>(::read(descriptor(), &count, sizeof count) == sizeof count);  // empty means that it is silent
}

Woken wait_for(int descriptor, short events, Duration timeout, const StopEvent& stop_event,
               const std::stop_token& stop) {
  const std::stop_callback ring(stop, [&stop_event] { stop_event.ring(); });
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (true) {
    if (stop.stop_requested()) {
      stop_event.silence();
      return Woken::stopped;
    }
    const Duration left = std::max(Duration(end - std::chrono::steady_clock::now()), Duration::zero());
    const timespec wait{static_cast<std::time_t>(left.count() / 1'000'000'000),
                        static_cast<long>(left.count() % 1'000'000'000)};
    std::array<pollfd, 2> watched{pollfd{descriptor, events, 0}, pollfd{stop_event.descriptor(), POLLIN, 0}};
    const int count = ::ppoll(watched.data(), watched.size(), &wait, nullptr);
    if (count < 0 && errno == EINTR) continue;
    if ((watched[0].revents & events) != 0) return Woken::ready;
    if (watched[0].revents != 0) return Woken::hung_up;
    if (count == 0) return Woken::timed_out;
  }
}

}  // namespace gatepost::hal
