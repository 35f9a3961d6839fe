// Cameras that are played.
#pragma once

#include <gatepost/hal/camera.hpp>

namespace gatepost::hal {

/// sim:still/FILE: one frame, then the end.
Result<std::unique_ptr<Camera>> open_sim_still(const Address& address);

/// sim:frames/DIR?fps=30&repeat=yes: the pictures of a folder, by name.
Result<std::unique_ptr<Camera>> open_sim_frames(const Address& address);

/// sim:cards/DIR?fps=15&hold=1200ms&pause=1500ms&seed=7&size=1280x720: the pictures of a folder, each slid into view
/// over a plain scene, held by a hand that is not quite still, and taken out. Frame n is the same at every run.
/// tilt=30: each card is tilted by so many degrees (0 to 60), about an axis of its own, and seen in perspective.
/// blur=1.5: the lens is out of focus: a Gaussian of so many pixels (0 to 8) before the sensor's noise.
Result<std::unique_ptr<Camera>> open_sim_cards(const Address& address);

/// What follows the kind in the address: a path, begun at the site file's folder where it is relative.
inline std::filesystem::path path_of(const Address& address) {
  const auto slash = address.target.find('/');
  return address.directory / (slash == std::string::npos ? "" : address.target.substr(slash + 1));
}

}  // namespace gatepost::hal
