#include <gatepost/hal/camera.hpp>
#include <gatepost/hal/device_needs.hpp>

#include "linux/device_need.hpp"
#include "linux/v4l2_camera.hpp"
#include "sim/camera.hpp"

namespace gatepost::hal {
namespace {

Error no_camera(const Address& address) {
  return {"is no address of a camera", address.text().substr(0, 80),
          "write usb:VVVV:PPPP@PORT as gatepost devices tells it, v4l2:/dev/video0, v4l2:by-path/…, sim:still/FILE, "
          "sim:frames/DIR or sim:cards/DIR"};
}

using OpenCamera = Result<std::unique_ptr<Camera>> (*)(const Address&);

// Null: none that is played in this process.
OpenCamera played(const Address& address) {
  const std::string kind = address.scheme + ":" + address.target.substr(0, address.target.find('/'));
  if (kind == "sim:still") return open_sim_still;
  if (kind == "sim:frames") return open_sim_frames;
  if (kind == "sim:cards") return open_sim_cards;
  return nullptr;
}

}  // namespace

Result<DeviceNeeds> camera_needs(const Address& address) {
  if (address.scheme == "usb" || address.scheme == "v4l2") return only(v4l2_need(address));
  if (played(address) != nullptr) return DeviceNeeds{};
  return no_camera(address);
}

Result<std::unique_ptr<Camera>> open_camera(const Address& address) {
  if (address.scheme == "usb" || address.scheme == "v4l2") return open_v4l2(address);
  if (const OpenCamera open = played(address); open != nullptr) return open(address);
  return no_camera(address);
}

}  // namespace gatepost::hal
