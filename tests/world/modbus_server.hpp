// A relay board on Modbus TCP.
#pragma once

#include <modbus/modbus.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gatepost::world {

/// Eight coils and eight inputs, on an ephemeral port of the loopback.
class ModbusServer {
 public:
  explicit ModbusServer(int port = 0)
      : bus_(modbus_new_tcp("127.0.0.1", port)), map_(modbus_mapping_new(1024, 8, 8, 8)) {
    listener_ = modbus_tcp_listen(bus_, 1);
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { work(); });
  }
  ~ModbusServer() {
    ::shutdown(listener_, SHUT_RDWR);
    ::shutdown(modbus_get_socket(bus_), SHUT_RDWR);  // a client that is still there
    thread_ = {};
    modbus_mapping_free(map_);
    modbus_close(bus_);
    modbus_free(bus_);
    ::close(listener_);
  }
  int port() const { return port_; }
  std::string board(const std::string& options = "") const {
    return "modbus:tcp://127.0.0.1:" + std::to_string(port_) + "/unit/1" + options;
  }
  std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  void input(int number, bool closed) { map_->tab_input_bits[number - 1] = closed; }
  /// Somebody else switches it.
  void switch_coil(int number, bool on) { map_->tab_bits[number - 1] = on; }
  bool coil(int number) const { return map_->tab_bits[number - 1] != 0; }

 private:
  void work() {
    while (modbus_tcp_accept(bus_, &listener_) >= 0) {
      std::uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
      for (int size = 1; size >= 0;) {
        size = modbus_receive(bus_, query);
        if (size <= 0) continue;
        answer(query, size);
      }
      modbus_close(bus_);
    }
  }
  // Unit and request without the TCP header, as an RTU line would carry them before the CRC.
  void answer(const std::uint8_t* query, int size) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string hex;
    for (int i = 6; i < size; ++i) hex += {digits[query[i] >> 4], digits[query[i] & 15], ' '};
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(hex);
    }
    const bool pulse = query[7] == 5 && query[8] == 2;
    if (pulse)
      ::send(modbus_get_socket(bus_), query, static_cast<std::size_t>(size), MSG_NOSIGNAL);  // FC05's echo, header too
    else
      modbus_reply(bus_, query, size, map_);
  }

  modbus_t* bus_;
  modbus_mapping_t* map_;
  int listener_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

}  // namespace gatepost::world
