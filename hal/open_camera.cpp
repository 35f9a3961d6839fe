#include <gatepost/hal/camera.hpp>

#include "linux/v4l2_camera.hpp"
#include "sim/camera.hpp"

namespace gatepost::hal {

Error no_camera(const Address& address) {
  return {"is no address of a camera", address.text().substr(0, 80),
          "write usb:VVVV:PPPP@PORT as gatepost devices tells it, v4l2:/dev/video0, v4l2:by-path/…, sim:still/FILE, "
          "sim:frames/DIR or sim:cards/DIR"};
}

Result<std::unique_ptr<Camera>> open_camera(const Address& address) {
  if (address.scheme == "usb" || address.scheme == "v4l2") return open_v4l2(address);
  const std::string kind = address.scheme + ":" + address.target.substr(0, address.target.find('/'));
  if (kind == "sim:still") return open_sim_still(address);
  if (kind == "sim:frames") return open_sim_frames(address);
  if (kind == "sim:cards") return open_sim_cards(address);
  return no_camera(address);
}

}  // namespace gatepost::hal
