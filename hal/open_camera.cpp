#include <gatepost/hal/camera.hpp>

#include "sim/camera.hpp"

namespace gatepost::hal {

Result<std::unique_ptr<Camera>> open_camera(const Address& address) {
  const std::string kind = address.scheme + ":" + address.target.substr(0, address.target.find('/'));
  if (kind == "sim:still") return open_sim_still(address);
  if (kind == "sim:frames") return open_sim_frames(address);
  if (kind == "sim:cards") return open_sim_cards(address);
  return Error{"is no address of a camera", address.text().substr(0, 80),
               "write sim:still/FILE, sim:frames/DIR or sim:cards/DIR"};
}

}  // namespace gatepost::hal
