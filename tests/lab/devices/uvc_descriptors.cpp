#include "devices/uvc_descriptors.hpp"

#include "devices/descriptors.hpp"

namespace gatepost::lab::uvc {
namespace {

using descriptors::Kind;

constexpr std::uint8_t in = 0x80, of_class = 0x0E, control = 1, streaming = 2, class_specific = 0x24;

// The size of a descriptor stands before it.
Bytes sized(const Bytes& body) { return joined({{static_cast<std::uint8_t>(body.size() + 1)}, body}); }

Bytes frame(std::uint8_t kind, std::uint8_t number, Size size) {
  const std::uint32_t bytes = std::uint32_t{size.width} * size.height * 2;
  return sized(joined({{class_specific, kind, number, 0},
                       little(size.width, 2),
                       little(size.height, 2),
                       little(std::uint64_t{bytes} * 8 * 15, 4),
                       little(std::uint64_t{bytes} * 8 * 30, 4),
                       little(bytes, 4),
                       little(intervals[0], 4),
                       {static_cast<std::uint8_t>(intervals.size())},
                       little(intervals[1], 4),
                       little(intervals[0], 4)}));
}

Bytes frames(std::uint8_t kind) {
  Bytes all;
  for (std::size_t i = 0; i < sizes.size(); ++i)
    all = joined({all, frame(kind, static_cast<std::uint8_t>(i + 1), sizes[i])});
  return all;
}

Bytes formats() {
  constexpr std::uint8_t format_mjpeg = 6, frame_mjpeg = 7, format_uncompressed = 4, frame_uncompressed = 5;
  constexpr auto count = static_cast<std::uint8_t>(sizes.size());
  const Bytes yuy2{'Y', 'U', 'Y', '2', 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71};
  return joined({sized({class_specific, format_mjpeg, 1, count, 1, 1, 0, 0, 0, 0}), frames(frame_mjpeg),
                 sized(joined({{class_specific, format_uncompressed, 2, count}, yuy2, {16, 1, 0, 0, 0, 0}})),
                 frames(frame_uncompressed)});
}

// A camera (1) whose pictures go to USB (2), at 48 MHz, and no knobs.
Bytes control_descriptors() {
  const Bytes camera = sized({class_specific, 2, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0});
  const Bytes output = sized({class_specific, 3, 2, 1, 1, 0, 1, 0});
  constexpr std::size_t own_size = 13;
  return joined({sized(joined({{class_specific, 1, 0x00, 0x01},
                               little(own_size + camera.size() + output.size(), 2),
                               little(48'000'000, 4),
                               {1, streaming_interface}})),
                 camera, output});
}

Bytes streaming_descriptors() {
  const Bytes all = formats();
  constexpr std::size_t own_size = 15;
  return joined(
      {sized(
           joined({{class_specific, 1, 2}, little(own_size + all.size(), 2), {endpoint | in, 0, 2, 0, 0, 0, 1, 0, 0}})),
       all});
}

// A bulk camera has its endpoint always; an isochronous one takes its share of the bus in a second setting only.
Bytes way_out(Transport transport) {
  constexpr std::uint16_t bulk_packet = 512, three_of_1024 = 0x1400;
  if (transport == Transport::bulk) return descriptors::endpoint(endpoint | in, Kind::bulk, bulk_packet, 0);
  constexpr std::uint8_t asynchronous = 4;
  Bytes isochronous = descriptors::endpoint(endpoint | in, Kind::isochronous, three_of_1024, 1);
  isochronous[3] |= asynchronous;
  return joined({descriptors::interface(streaming_interface, 1, 1, of_class, streaming, 0), isochronous});
}

}  // namespace

Bytes configuration(Transport transport) {
  const Bytes together{8, 0x0B, control_interface, 2, of_class, 3, 0, 0};
  const std::uint8_t endpoints = transport == Transport::bulk ? 1 : 0;
  return descriptors::configuration(
      2, joined({together, descriptors::interface(control_interface, 0, 0, of_class, control, 0), control_descriptors(),
                 descriptors::interface(streaming_interface, 0, endpoints, of_class, streaming, 0),
                 streaming_descriptors(), way_out(transport)}));
}

}  // namespace gatepost::lab::uvc
