#include "devices/uvc_camera.hpp"

#include <algorithm>

namespace gatepost::lab {
namespace {

using uvc::Format;
using uvc::Transport;

enum Request : std::uint8_t { set_current = 0x01, get_length = 0x85, get_info = 0x86 };
enum Selector : std::uint8_t { probe_control = 1, commit_control = 2 };
constexpr std::uint8_t from_device = 0x80;

// VS_PROBE_CONTROL of the class, 26 bytes in its version 1.0.
constexpr std::size_t probe_size = 26, format_at = 2, size_at = 3, interval_at = 4, frame_bytes_at = 18,
                      payload_bytes_at = 22;

// The header of each payload.
constexpr std::size_t header_size = 2;
constexpr std::uint8_t end_of_header = 0x80, error = 0x40, end_of_frame = 0x02;

void put(Bytes& bytes, std::size_t at, std::uint32_t number) {
  const auto four = little(number, 4);
  std::copy(four.begin(), four.end(), bytes.begin() + static_cast<long>(at));
}

std::uint32_t number_at(const Bytes& bytes, std::size_t at) {
  return bytes[at] | std::uint32_t{bytes[at + 1]} << 8 | std::uint32_t{bytes[at + 2]} << 16 |
         std::uint32_t{bytes[at + 3]} << 24;
}

void spoil_middle(Bytes& frame) {
  const auto middle = frame.begin() + static_cast<long>(frame.size() / 2);
  std::fill(middle, middle + static_cast<long>(frame.size() / 8), std::uint8_t{0xA5});
}

// The same each time.
void make_noise(Bytes& frame) {
  std::uint32_t number = 1;
  for (auto& byte : frame) byte = static_cast<std::uint8_t>((number = number * 1664525 + 1013904223) >> 24);
}

}  // namespace

UvcCamera::UvcCamera(Transport transport)
    : UsbDevice({0x1D6B, 0x0102, "Gatepost lab", "Camera", "LAB-CAM-1"}, Speed::high, {0xEF, 2, 1}),
      transport_(transport),
      probe_(probe_size) {
  settle(probe_);
}

void UvcCamera::show(Picture picture) {
  const std::scoped_lock lock(mutex());
  picture_ = std::move(picture);
  made_.clear();
}

void UvcCamera::fault(Fault fault) {
  const std::scoped_lock lock(mutex());
  fault_ = fault;
  made_.clear();
  wake();
}

bool UvcCamera::sends(std::size_t frames, std::chrono::milliseconds patience) const {
  const auto before = sent_.all().size();
  return sent_.waits([&](const auto& sent) { return sent.size() >= before + frames; }, patience);
}

std::optional<Bytes> UvcCamera::control(const Setup& setup, const Bytes& data) {
  const auto selector = static_cast<std::uint8_t>(setup.value >> 8);
  const bool streaming = (setup.index & 0xFF) == uvc::streaming_interface;
  if (!streaming || (selector != probe_control && selector != commit_control)) return {};
  if ((setup.type & from_device) == 0) {
    if (setup.request != set_current || data.size() < probe_size) return {};
    settle(data);
    if (selector == commit_control) commit();
    return Bytes{};
  }
  if (setup.request == get_length) return little(probe_size, 2);
  if (setup.request == get_info) return Bytes{3};  // can be read and set
  return probe_;
}

// Takes what is wanted where there is such a thing, and says what it comes to.
void UvcCamera::settle(const Bytes& wanted) {
  probe_.assign(wanted.begin(), wanted.begin() + probe_size);
  probe_[0] = 1;
  probe_[format_at] = std::clamp<std::uint8_t>(probe_[format_at], 1, 2);
  probe_[size_at] = std::clamp<std::uint8_t>(probe_[size_at], 1, uvc::sizes.size());
  const auto interval = number_at(probe_, interval_at);
  put(probe_, interval_at, interval != 0 && interval <= uvc::intervals[1] ? uvc::intervals[1] : uvc::intervals[0]);
  const auto size = uvc::sizes.at(probe_[size_at] - 1U);
  put(probe_, frame_bytes_at, std::uint32_t{size.width} * size.height * 2);
  put(probe_, payload_bytes_at, transport_ == Transport::bulk ? uvc::bulk_payload : uvc::isochronous_payload);
}

void UvcCamera::commit() {
  const auto size = uvc::sizes.at(probe_[size_at] - 1U);
  const std::scoped_lock lock(mutex());
  mode_ = {static_cast<Format>(probe_[format_at]), size.width, size.height,
           std::chrono::nanoseconds(100) * number_at(probe_, interval_at)};
  frame_.clear();
  made_.clear();
  next_ = bus_ = Clock::now();
  modes_.add(mode_);
}

std::optional<Bytes> UvcCamera::supply(usbip::Transfer& transfer, Clock::time_point now, Clock::time_point& again) {
  return transport_ == Transport::bulk ? supply_bulk(transfer.length, now, again)
                                       : supply_isochronous(transfer, now, again);
}

std::optional<Bytes> UvcCamera::supply_bulk(std::size_t room, Clock::time_point now, Clock::time_point& again) {
  if (!has_frame(now)) {
    if (fault_ != Fault::stalled) again = next_;
    return {};
  }
  Bytes bytes;
  payload(bytes, std::min<std::size_t>(room, uvc::bulk_payload));
  return bytes;
}

// Packets go when their microframe comes, with or without something in them.
std::optional<Bytes> UvcCamera::supply_isochronous(usbip::Transfer& transfer, Clock::time_point now,
                                                   Clock::time_point& again) {
  constexpr std::chrono::microseconds microframe(125);
  constexpr std::chrono::milliseconds most_behind(50);  // after a pause, time that has passed is not made up for
  if (now < bus_) {
    again = bus_;
    return {};
  }
  bus_ = std::max(bus_, now - most_behind) + microframe * transfer.packets.size();
  Bytes bytes;
  for (auto& packet : transfer.packets) {
    const auto before = bytes.size();
    if (has_frame(now)) payload(bytes, std::min(packet.length, uvc::isochronous_payload));
    packet.actual = static_cast<std::uint32_t>(bytes.size() - before);
  }
  return bytes;
}

bool UvcCamera::has_frame(Clock::time_point now) {
  if (!frame_.empty()) return true;
  if (now < next_ || fault_ == Fault::stalled) return false;
  if (made_.empty()) made_ = made_of(picture_);
  frame_ = made_;
  at_ = 0;
  next_ = std::max(next_ + mode_.interval, now);
  return true;
}

Bytes UvcCamera::made_of(const Picture& picture) const {
  const int part = fault_ == Fault::resized ? 2 : 1;
  const auto whole = fitted(picture, mode_.width / part, mode_.height / part);
  Bytes frame = mode_.format == Format::mjpeg ? jpeg_of(whole) : yuyv_of(whole);
  if (fault_ == Fault::corrupt) spoil_middle(frame);
  if (fault_ == Fault::cut) frame.resize(frame.size() / 2);
  if (fault_ == Fault::noise) make_noise(frame);
  if (fault_ == Fault::swollen) frame.resize(std::size_t{4} * static_cast<unsigned>(mode_.width * mode_.height));
  return frame;
}

void UvcCamera::payload(Bytes& into, std::size_t room) {
  if (fault_ == Fault::empty) at_ = frame_.size();
  const auto size = std::min(room - header_size, frame_.size() - at_);
  const bool last = at_ + size == frame_.size();
  const unsigned flags = end_of_header | toggle_ | (last ? end_of_frame : 0U) | (fault_ == Fault::marked ? error : 0U);
  into.insert(into.end(), {static_cast<std::uint8_t>(header_size), static_cast<std::uint8_t>(flags)});
  into.insert(into.end(), frame_.begin() + static_cast<long>(at_), frame_.begin() + static_cast<long>(at_ + size));
  at_ += size;
  if (!last) return;
  frame_.clear();
  toggle_ ^= 1U;
  sent_.add(Clock::now());
}

}  // namespace gatepost::lab
