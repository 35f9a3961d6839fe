// A flat card in space before a pinhole camera that looks along z.
#pragma once

#include <array>

namespace gatepost::hal {

/// Which point of the card a ray meets. Everything is in pixels of the picture.
class Placard {
 public:
  /// `distance`: from the camera to the card's middle. `turn`: in the picture's plane; then the card is tilted by
  /// `tilt` about an axis in that plane, at the angle `axis` (all in radians). Without tilt this is a turn alone.
  Placard(double distance, double turn, double tilt, double axis);

  struct Point {
    double u, v;
  };
  /// `x`, `y`: from the picture of the card's middle. The card's point there, from its middle.
  Point at(double x, double y) const {
    const double stretch = distance_ * normal_[2] / (normal_[0] * x + normal_[1] * y + normal_[2] * distance_);
    const double hit_x = stretch * x, hit_y = stretch * y, hit_z = (stretch - 1) * distance_;
    return {across_[0] * hit_x + across_[1] * hit_y + across_[2] * hit_z,
            down_[0] * hit_x + down_[1] * hit_y + down_[2] * hit_z};
  }

  /// How far from the middle's picture a point of the card can be seen that is `radius` from its middle.
  double reach(double radius) const;

 private:
  using Vector = std::array<double, 3>;
  double distance_, lean_;
  Vector across_{}, down_{}, normal_{};
};

}  // namespace gatepost::hal
