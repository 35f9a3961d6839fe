#include "devices/vhci.hpp"

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace gatepost::lab::vhci {
namespace {

constexpr const char* controller = "/sys/devices/platform/vhci_hcd.0/";
constexpr int state_free = 4;  // VDEV_ST_NULL of drivers/usb/usbip/usbip_common.h

struct Port {
  std::string hub{};
  int number = 0, state = 0;
  std::string bus_id{};
};

// "hub port sta spd dev      sockfd local_busid", then a line for each port.
std::vector<Port> ports() {
  std::vector<Port> all;
  std::ifstream file(std::string(controller) + "status");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream words(line);
    Port port;
    std::string speed, device, socket;
    if (words >> port.hub >> port.number >> port.state >> speed >> device >> socket >> port.bus_id) all.push_back(port);
  }
  return all;
}

std::optional<Port> port_of(int number) {
  for (const auto& port : ports())
    if (port.number == number) return port;
  return {};
}

}  // namespace

std::optional<int> free_port() {
  for (const auto& port : ports())
    if (port.hub == "hs" && port.state == state_free) return port.number;
  return {};
}

bool attach(int port, int socket, Speed speed) {
  std::ofstream file(std::string(controller) + "attach");
  const int device_id = 0x10000 + port + 1;  // bus and device number at the far end; any that differ will do
  file << port << " " << socket << " " << device_id << " " << static_cast<int>(speed) << std::flush;
  return file.good();
}

std::string bus_id(int port) {
  const auto found = port_of(port);
  return !found || found->state == state_free || found->bus_id == "0-0" ? std::string() : found->bus_id;
}

bool becomes_free(int port) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < end) {
    const auto found = port_of(port);
    if (!found || found->state == state_free) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // this file has nothing to wait on
  }
  return false;
}

}  // namespace gatepost::lab::vhci
