#include "cascade.hpp"

#include <algorithm>
#include <array>

namespace camera {
namespace {

constexpr int insurance = 30;  // every so many frames without a change, one cheap look all the same
constexpr int hard_every = 3;
constexpr int patience = 45;  // frames; what has not been read by then hardly is a code
constexpr int hard_later = 15, linear_later = 4;
constexpr int invert_beside = 8;                // frames: light codes beside a dark one
constexpr std::array aslant{45.0, 22.5, 67.5};  // degrees; the others are near enough to a row or a column

constexpr Effort matrix{.kinds = Kinds::matrix, .rotate = true};
constexpr Effort matrix_upright{.kinds = Kinds::matrix};
constexpr Effort linear{.kinds = Kinds::linear, .rotate = true};
constexpr Effort linear_hard{.kinds = Kinds::linear, .hard = true, .rotate = true};

}  // namespace

std::vector<Code> Cascade::read(const Luma& frame) {
  codes_.clear();
  const auto& boxes = motion_.changed(frame);
  if (boxes.empty()) {
    active_ = unread_ = 0;
    if (++idle_ % insurance == 0) look_halved(frame, {0, 0, frame.width, frame.height}, matrix);
    return std::move(codes_);
  }
  bool found = false;
  for (const auto& box : boxes)
    found =
        (box.area() > std::int64_t{frame.width} * frame.height / 3 ? large(frame, box) : small(frame, box)) || found;
  ++active_;
  unread_ = found ? 0 : unread_ + 1;
  return std::move(codes_);
}

// Halved first: it averages blur and noise away, and costs a quarter.
bool Cascade::small(const Luma& frame, const Box& box) {
  const bool hard = active_ % hard_every == hard_every - 1 && (unread_ <= patience || active_ % hard_later == 0);
  bool found = look_halved(frame, box, matrix);
  if (!found || active_ % invert_beside == 0) found = invert(frame, box) || found;
  if (hard) return look(frame, box, Effort::full()) || found;  // every kind of code has its turn beside another
  found = found || look(frame, box, matrix);
  if (!found && (unread_ <= patience || active_ % linear_later == 0)) found = look(frame, box, linear_hard);
  if (!found && unread_ <= patience && active_ % hard_every == 0) found = look_aslant(part(frame, box), box, 1);
  return found;
}

// Most of the picture changed: a shaken camera, a lamp. One cheap look a frame, the dear ones in turn.
bool Cascade::large(const Luma& frame, const Box& box) {
  const int turn = active_ % 12;
  if (look(frame, box, matrix_upright) || look(frame, box, turn % 3 == 0 ? linear_hard : linear)) return true;
  if (turn % 4 == 1) return look_aslant(halved(part(frame, box)), box, 2);
  if (turn == 11) return look(frame, box, Effort::full());
  return (turn % 4 == 2 && look_halved(frame, box, matrix)) || invert(frame, box);
}

// Light on dark, as telephones show in the night: every second frame, halved and not in turn.
bool Cascade::invert(const Luma& frame, const Box& box) {
  if (decoder_.inverts() || active_ % 2 != 0) return false;
  const Luma luma = part(frame, box);
  if (active_ % 4 == 0) return keep(decoder_.read(inverted(halved(luma)), matrix), box, 2);
  return keep(decoder_.read(inverted(luma), matrix), box, 1);
}

// Bars that no row and no column of the picture crosses as a whole; one direction a look.
bool Cascade::look_aslant(const Luma& luma, const Box& box, int scale) {
  const double degrees = aslant.at(static_cast<std::size_t>(aslant_++) % aslant.size());
  auto codes = decoder_.read(rotated(luma, degrees), linear_hard);
  for (auto& code : codes)
    for (auto& corner : code.corners) corner = before_rotation(corner, luma, degrees);
  return keep(std::move(codes), box, scale);
}

bool Cascade::look(const Luma& frame, const Box& box, const Effort& effort) {
  return keep(decoder_.read(part(frame, box), effort), box, 1);
}

bool Cascade::look_halved(const Luma& frame, const Box& box, const Effort& effort) {
  return keep(decoder_.read(halved(part(frame, box)), effort), box, 2);
}

bool Cascade::keep(std::vector<Code> codes, const Box& box, int scale) {
  for (auto& code : codes) {
    if (std::ranges::any_of(codes_, [&](const Code& other) { return other.same(code); })) continue;
    for (auto& corner : code.corners) corner = {corner.x * scale + box.left, corner.y * scale + box.top};
    codes_.push_back(std::move(code));
  }
  return !codes.empty();
}

}  // namespace camera
