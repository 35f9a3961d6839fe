#include "sim/placard.hpp"

#include <cmath>

namespace gatepost::hal {

Placard::Placard(double distance, double turn, double tilt, double axis) : distance_(distance), lean_(std::sin(tilt)) {
  // Rodrigues' rotation about (cos axis, sin axis, 0).
  const auto tilted = [&](const Vector& v) {
    const double x = std::cos(axis), y = std::sin(axis), s = std::sin(tilt), c = std::cos(tilt);
    const double along = (x * v[0] + y * v[1]) * (1 - c);
    return Vector{v[0] * c + y * v[2] * s + x * along, v[1] * c - x * v[2] * s + y * along,
                  v[2] * c + (x * v[1] - y * v[0]) * s};
  };
  across_ = tilted({std::cos(turn), std::sin(turn), 0});
  down_ = tilted({-std::sin(turn), std::cos(turn), 0});
  normal_ = tilted({0, 0, 1});
}

double Placard::reach(double radius) const { return radius * distance_ / (distance_ - radius * std::abs(lean_)); }

}  // namespace gatepost::hal
