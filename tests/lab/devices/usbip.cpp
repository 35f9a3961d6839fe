#include "devices/usbip.hpp"

#include <sys/socket.h>
#include <sys/types.h>

#include <algorithm>
#include <cerrno>

namespace gatepost::lab::usbip {
namespace {

constexpr std::uint32_t cmd_submit = 1, cmd_unlink = 2, ret_submit = 3, ret_unlink = 4;
constexpr std::size_t header_size = 48, packet_size = 16;
constexpr std::uint32_t no_packets = 0xFFFFFFFF;
constexpr std::uint32_t most_packets = 1024, most_bytes = 16U << 20;

bool receive(int socket, std::uint8_t* into, std::size_t size) {
  while (size > 0) {
    const auto got = ::recv(socket, into, size, MSG_WAITALL);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    into += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send_all(int socket, const Bytes& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto size = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    sent += static_cast<std::size_t>(size);
  }
  return true;
}

std::uint32_t number_at(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

void append(Bytes& bytes, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(number >> shift));
}

Bytes reply_header(std::uint32_t command, std::uint32_t sequence, int status) {
  Bytes header;
  for (const auto number : {command, sequence, 0U, 0U, 0U, static_cast<std::uint32_t>(status)}) append(header, number);
  return header;
}

bool receive_packets(int socket, std::uint32_t count, std::vector<Packet>& packets) {
  for (std::uint32_t i = 0; i < count; ++i) {
    std::array<std::uint8_t, packet_size> bytes{};
    if (!receive(socket, bytes.data(), bytes.size())) return false;
    packets.push_back({number_at(bytes.data()), number_at(bytes.data() + 4), 0, 0});
  }
  return true;
}

std::optional<Request> rest_of_transfer(int socket, const std::uint8_t* header) {
  Transfer transfer;
  transfer.sequence = number_at(header + 4);
  transfer.in = number_at(header + 12) == 1;
  transfer.endpoint = number_at(header + 16);
  transfer.length = number_at(header + 24);
  std::copy_n(header + 40, transfer.setup.size(), transfer.setup.begin());
  const auto told = number_at(header + 32);
  const auto packets = told == no_packets ? 0 : told;
  if (transfer.length > most_bytes || packets > most_packets) return {};
  if (!transfer.in) {
    transfer.data.resize(transfer.length);
    if (!receive(socket, transfer.data.data(), transfer.data.size())) return {};
  }
  if (!receive_packets(socket, packets, transfer.packets)) return {};
  return transfer;
}

}  // namespace

std::optional<Request> read_request(int socket) {
  std::array<std::uint8_t, header_size> header{};
  if (!receive(socket, header.data(), header.size())) return {};
  switch (number_at(header.data())) {
    case cmd_submit:
      return rest_of_transfer(socket, header.data());
    case cmd_unlink:
      return Unlink{number_at(header.data() + 4), number_at(header.data() + 20)};
    default:
      return {};
  }
}

bool complete(int socket, const Transfer& transfer, int status, const Bytes& data) {
  Bytes reply = reply_header(ret_submit, transfer.sequence, status);
  const std::size_t done = status != 0 ? 0 : transfer.in ? data.size() : transfer.data.size();
  append(reply, static_cast<std::uint32_t>(done));
  append(reply, 0);
  append(reply, static_cast<std::uint32_t>(transfer.packets.size()));
  reply.resize(header_size);
  if (transfer.in && status == 0) reply.insert(reply.end(), data.begin(), data.end());
  for (const auto& packet : transfer.packets)
    for (const auto number : {packet.offset, packet.length, packet.actual, packet.status}) append(reply, number);
  return send_all(socket, reply);
}

bool unlinked(int socket, const Unlink& unlink, bool in_time) {
  Bytes reply = reply_header(ret_unlink, unlink.sequence, in_time ? -ECONNRESET : 0);
  reply.resize(header_size);
  return send_all(socket, reply);
}

}  // namespace gatepost::lab::usbip
