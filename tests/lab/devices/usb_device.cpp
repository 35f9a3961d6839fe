#include "devices/usb_device.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace gatepost::lab {
namespace {

const std::string usb_devices = "/sys/bus/usb/devices/";
std::mutex ports;  // between looking for a free one and taking it

constexpr auto longest_farewell = std::chrono::milliseconds(500);
constexpr int quiet_ms = 25;  // longer than the pauses of who looks at a device again and again

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "the lab: " << why << "\n";
  std::abort();
}

}  // namespace

UsbDevice::~UsbDevice() {
  if (plugged()) give_up("the class of '" + identity_.name + "' does not unplug in its destructor");
}

void UsbDevice::plug(std::optional<int> port) {
  int ends[2];
  if (plugged() || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) give_up("cannot plug");
  const std::scoped_lock lock(ports);
  port = port ? port : vhci::free_port();
  if (!port) give_up("vhci-hcd has no free port; is this the lab's machine?");
  socket_ = ends[0];
  bell_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  if (!vhci::attach(*port, ends[1], speed_)) give_up("vhci-hcd refuses port " + std::to_string(*port));
  port_ = *port;
  ::close(ends[1]);
}

// A hub that sees a device go and come within a moment takes it for the same one, and asks no more: so it is given time
// to see it come, and to see it go.
void UsbDevice::unplug() {
  if (!plugged()) return;
  after_uevents([&] { return !bus_id().empty(); });
  const auto place = usb_devices + bus_id();
  thread_.request_stop();
  wake();
  thread_.join();
  refuse_the_rest();
  ::close(socket_);
  ::close(bell_);
  if (!after_uevents([&] { return !std::filesystem::exists(place); }) || !vhci::becomes_free(port_))
    give_up("vhci-hcd does not let port " + std::to_string(port_) + " go");
  port_ = socket_ = bell_ = -1;
  pipes_.clear();
  configured_ = 0;
}

std::string UsbDevice::node(const std::string& kind, std::chrono::milliseconds patience) const {
  std::vector<std::string> nodes;
  after_uevents(
      [&] {
        const auto id = bus_id();
        if (!id.empty()) nodes = nodes_of(usb_devices + id, kind);
        return !nodes.empty();
      },
      patience);
  return nodes.empty() ? std::string() : nodes.front();
}

std::string UsbDevice::address() const {
  char kind[16];
  std::snprintf(kind, sizeof kind, "usb:%04x:%04x@", unsigned{identity_.vendor}, unsigned{identity_.product});
  after_uevents([&] { return !bus_id().empty(); });
  return kind + bus_id();
}

// What is left to be sent is asked for by the host, which tells nobody how far it is.
bool UsbDevice::has_sent(std::chrono::milliseconds patience) const {
  const auto end = Clock::now() + patience;
  const auto waits = [&] {
    const std::scoped_lock lock(mutex_);
    return std::any_of(pipes_.begin(), pipes_.end(), [](const auto& pipe) { return !pipe.second.sent.empty(); });
  };
  while (waits()) {
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

// Of a device that has gone nobody on the bus answers, which a host sees at once. Here a question that is left open
// would keep who asked it, and the driver's farewell, for five seconds.
void UsbDevice::refuse_the_rest() {
  const auto end = Clock::now() + longest_farewell;
  pollfd watched{socket_, POLLIN, 0};
  while (Clock::now() < end && ::poll(&watched, 1, quiet_ms) == 1) {
    const auto request = usbip::read_request(socket_);
    if (!request) return;
    const auto* transfer = std::get_if<usbip::Transfer>(&*request);
    if (transfer == nullptr)
      drop(std::get<usbip::Unlink>(*request));
    else if (transfer->endpoint == 0)
      usbip::complete(socket_, *transfer, -EPROTO);
  }
}

std::optional<Bytes> UsbDevice::control(const Setup&, const Bytes&) { return {}; }
void UsbDevice::received(unsigned, const Bytes&) {}
void UsbDevice::interface_set(unsigned, unsigned) {}

std::optional<Bytes> UsbDevice::supply(usbip::Transfer& transfer, Clock::time_point now, Clock::time_point& again) {
  auto& pipe = pipes_[transfer.endpoint];
  if (pipe.sent.empty()) return {};
  const auto due = pipe.last + pipe.sent.front().gap;
  if (now < due) {
    again = due;
    return {};
  }
  auto data = std::move(pipe.sent.front().data);
  pipe.sent.pop_front();
  pipe.last = now;
  return data;
}

void UsbDevice::send(unsigned endpoint, Bytes data, Clock::duration gap) {
  const std::scoped_lock lock(mutex_);
  pipes_[endpoint].sent.push_back({std::move(data), gap});
  wake();
}

void UsbDevice::wake() const {
  if (bell_ >= 0) ::eventfd_write(bell_, 1);
}

void UsbDevice::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    auto due = Clock::time_point::max();
    if (!answer_asked(due)) return;
    if (wait(due) && !take_request()) return;
  }
}

// Whether the kernel wants something.
bool UsbDevice::wait(Clock::time_point due) const {
  pollfd watched[]{{socket_, POLLIN, 0}, {bell_, POLLIN, 0}};
  const auto left = std::max<std::chrono::nanoseconds>(due - Clock::now(), std::chrono::nanoseconds(0));
  const timespec timeout{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
  ::ppoll(watched, 2, due == Clock::time_point::max() ? nullptr : &timeout, nullptr);
  eventfd_t rung = 0;
  if (watched[1].revents != 0) ::eventfd_read(bell_, &rung);
  return watched[0].revents != 0;
}

bool UsbDevice::take_request() {
  auto request = usbip::read_request(socket_);
  if (!request) return false;
  if (const auto* unlink = std::get_if<usbip::Unlink>(&*request)) return drop(*unlink);
  return take(std::move(std::get<usbip::Transfer>(*request)));
}

bool UsbDevice::take(usbip::Transfer transfer) {
  if (transfer.endpoint == 0) return answer_control(transfer);
  if (transfer.in) {
    const std::scoped_lock lock(mutex_);
    pipes_[transfer.endpoint].asked.push_back(std::move(transfer));
    return true;
  }
  received(transfer.endpoint, transfer.data);
  return usbip::complete(socket_, transfer, 0);
}

bool UsbDevice::drop(const usbip::Unlink& unlink) {
  const std::scoped_lock lock(mutex_);
  std::size_t dropped = 0;
  for (auto& [endpoint, pipe] : pipes_)
    dropped += std::erase_if(pipe.asked, [&](const auto& transfer) { return transfer.sequence == unlink.victim; });
  return usbip::unlinked(socket_, unlink, dropped > 0);
}

// Answers what can be answered now; `due` is when to try again. False: the kernel has let the device go.
bool UsbDevice::answer_asked(Clock::time_point& due) {
  const std::scoped_lock lock(mutex_);
  for (auto& [endpoint, pipe] : pipes_)
    while (endpoint != 0 && !pipe.asked.empty()) {  // what is asked of 0 was answered, or it is mute
      auto again = Clock::time_point::max();
      const auto data = supply(pipe.asked.front(), Clock::now(), again);
      due = std::min(due, again);
      if (!data) break;
      if (!answer(pipe.asked.front(), *data)) return false;
      pipe.asked.pop_front();
    }
  return true;
}

// A device that sends more than it was asked for babbles, and none of that arrives.
bool UsbDevice::answer(const usbip::Transfer& transfer, const Bytes& data) const {
  if (data.size() > transfer.length) return usbip::complete(socket_, transfer, -EOVERFLOW);
  return usbip::complete(socket_, transfer, 0, data);
}

bool UsbDevice::answer_control(const usbip::Transfer& transfer) {
  const auto& s = transfer.setup;
  const auto pair = [](std::uint8_t low, std::uint8_t high) { return static_cast<std::uint16_t>(low | high << 8); };
  const Setup setup{s[0], s[1], pair(s[2], s[3]), pair(s[4], s[5]), pair(s[6], s[7])};
  if (mute && (setup.type & 0x60) != 0) {
    const std::scoped_lock lock(mutex_);
    pipes_[0].asked.push_back(transfer);
    return true;
  }
  const bool ours = (setup.type & 0x60) == 0 && !(setup.request == 6 && (setup.type & 0x1F) == 1);
  auto answer = ours ? standard(setup) : control(setup, transfer.data);
  if (answer && setup.request == 6) answer = told(setup, std::move(*answer));
  if (answer && answer->size() > setup.length) answer->resize(setup.length);
  return usbip::complete(socket_, transfer, answer ? 0 : -EPIPE, answer.value_or(Bytes{}));
}

Bytes UsbDevice::told(const Setup& setup, Bytes answer) const {
  const auto lie = lies_.find(static_cast<std::uint8_t>(setup.value >> 8));
  const bool of_descriptors = (setup.type & 0x60) == 0;
  if (!of_descriptors || lie == lies_.end()) return answer;
  return lie->second(static_cast<std::uint8_t>(setup.value), std::move(answer));
}

}  // namespace gatepost::lab
