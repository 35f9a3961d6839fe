#include "linux/event_device.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "linux/holder.hpp"

namespace gatepost::hal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_events = 4096;  // that nobody has asked for yet

using Bits = std::array<unsigned char, KEY_CNT / 8>;

bool is_set(const Bits& bits, unsigned number) {
  return ((static_cast<unsigned>(bits.at(number / 8)) >> (number % 8)) & 1U) != 0;
}

Error open_error(const fs::path& file, int code) {
  const std::string why = std::strerror(code);
  if (code == ENOENT || code == ENXIO || code == ENODEV)
    return {"there is no such device: " + why, file.string(), "plug it in; gatepost devices lists what there is"};
  if (code == EACCES || code == EPERM)
    return {"this user may not open it: " + why, file.string(), "add the user to group input: adduser USER input"};
  return {"cannot be opened: " + why, file.string(), "name a device such as /dev/input/event3 or by-id/…"};
}

Error no_keyboard(const fs::path& file) {
  return {"is no keyboard", file.string(),
          "name the event device that has the scanner's keys: /dev/input/by-id lists them"};
}

Error grabbed(const fs::path& file) {
  const std::string holder = holder_of(file.string());
  return {"is grabbed by another program" + (holder.empty() ? std::string() : "; " + holder + " has it open"),
          file.string(), holder.empty() ? "find who uses it: fuser " + file.string() : "stop that program"};
}

Result<Bits> keys_of(int descriptor, const fs::path& file) {
  Bits keys{};
  if (::ioctl(descriptor, EVIOCGBIT(EV_KEY, sizeof keys), keys.data()) < 0) return no_keyboard(file);
  return keys;
}

}  // namespace

Result<bool> has_letters(const fs::path& file) {
  const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor.is_open()) return open_error(file, errno);
  const auto keys = keys_of(descriptor.number(), file);
  return keys && is_set(*keys, KEY_A) && is_set(*keys, KEY_Z);
}

EventDevice::EventDevice(FileDescriptor descriptor, fs::path file, KeyText text)
    : descriptor_(std::move(descriptor)),
      file_(std::move(file)),
      stream_(std::move(text), [this] { return state(); }) {}

Result<std::unique_ptr<EventDevice>> EventDevice::open(const fs::path& file, const std::shared_ptr<const KeyMap>& map) {
  FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor.is_open()) return open_error(file, errno);
  const auto keys = keys_of(descriptor.number(), file);
  if (!keys) return keys.error();
  if (!is_set(*keys, KEY_1) && !is_set(*keys, KEY_KP1)) return no_keyboard(file);
  int clock = CLOCK_MONOTONIC;
  if (::ioctl(descriptor.number(), EVIOCSCLOCKID, &clock) != 0) return open_error(file, errno);
  if (::ioctl(descriptor.number(), EVIOCGRAB, 1) != 0) return errno == EBUSY ? grabbed(file) : open_error(file, errno);
  std::unique_ptr<EventDevice> device(new EventDevice(std::move(descriptor), file, KeyText(map)));
  std::array<input_event, 64> before;
  while (::read(device->descriptor(), before.data(), sizeof before) > 0) continue;
  auto state = device->state();
  if (!state) return state.error();
  if ((device->lit_ = state->caps_lock)) {
    device->light(false);
    state->caps_lock = device->lit_;
  }
  device->stream_.begin(*state);
  return device;
}

Result<void> EventDevice::pull() {
  std::array<input_event, 128> events;
  while (true) {
    const auto size = ::read(descriptor_.number(), events.data(), sizeof events);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return {};
    if (size <= 0) return gone(size < 0 ? errno : ENODEV);
    const auto count = static_cast<std::size_t>(size) / sizeof(input_event);
    keep(std::span(events).first(count));
    if (auto fed = stream_.feed(std::span(events).first(count)); !fed) return fed.error();
    if (stream_.caps_lock() != lit_) light(stream_.caps_lock());  // as a host does; some scanners wait for it
    if (count < events.size()) return {};
  }
}

void EventDevice::keep(std::span<const input_event> events) {
  for (const input_event& event : events) events_.push_back({event.type, event.code, event.value, time_of(event)});
  while (events_.size() > most_events) events_.pop_front();
}

void EventDevice::take_events(std::vector<KeyEvent>& all) {
  all.insert(all.end(), events_.begin(), events_.end());
  events_.clear();
}

Result<KeyState> EventDevice::state() const {
  Bits held{}, lights{};
  if (::ioctl(descriptor_.number(), EVIOCGKEY(sizeof held), held.data()) < 0) return gone(errno);
  if (::ioctl(descriptor_.number(), EVIOCGLED(sizeof lights), lights.data()) < 0) return gone(errno);
  KeyState state{.held = {}, .caps_lock = is_set(lights, LED_CAPSL)};
  for (unsigned code = 0; code < KEY_CNT; ++code) state.held[code] = is_set(held, code);
  return state;
}

// A device without the light takes the event and drops it.
void EventDevice::light(bool caps_lock) {
  std::array<input_event, 2> events{};
  events[0].type = EV_LED;
  events[0].code = LED_CAPSL;
  events[0].value = caps_lock ? 1 : 0;
  events[1].type = EV_SYN;
  if (::write(descriptor_.number(), events.data(), sizeof events) == sizeof events) lit_ = caps_lock;
}

Error EventDevice::gone(int code) const {
  return {std::string("the device is gone: ") + std::strerror(code), file_.string(), "plug it in again"};
}

}  // namespace gatepost::hal
