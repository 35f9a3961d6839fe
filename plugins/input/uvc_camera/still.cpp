#include "still.hpp"

#include <algorithm>

namespace camera {
namespace {

constexpr std::int64_t most_enlarged = 4'000'000;  // pixels before; larger pictures have pixels enough

// A strip cut from bars has fewer rows than the decoder wants to see agree, and no matrix code is so low.
constexpr int strip = 8, deep = 24;

/// A changed copy of the picture; its pixel p lies at p / scale - shift in the picture.
struct Try {
  Pixels (*change)(const Luma&);
  double scale = 1;
  int shift = 0;
  bool sharpened = false;  ///< or evened: bars may come of what nobody printed
  bool global = false;
  double degrees = 0;   ///< bars of any direction near those of the picture's edges are read without
  bool others = false;  ///< shows what the picture as it is does not, beside what that shows
};

// In the order of what they gave on photographs (README.md).
constexpr std::array tries{
    Try{.change = [](const Luma& luma) { return sharpened(scaled(luma, 2), 2, 1.5); }, .scale = 2, .sharpened = true},
    Try{.change = [](const Luma& luma) { return scaled(luma, 2); }, .scale = 2},
    Try{.change = [](const Luma& luma) { return scaled(luma, 0.7); }, .scale = 0.7},
    Try{.change = [](const Luma& luma) { return sharpened(scaled(luma, 2), 1, 2); }, .scale = 2, .sharpened = true},
    Try{.change = [](const Luma& luma) { return scaled(luma, 1.5); }, .scale = 1.5},
    Try{.change = inverted, .others = true},
    Try{.change = [](const Luma& luma) { return rotated(luma, 45); }, .degrees = 45},
    Try{.change = [](const Luma& luma) { return rotated(luma, 22.5); }, .degrees = 22.5},
    Try{.change = [](const Luma& luma) { return rotated(luma, 67.5); }, .degrees = 67.5},
    Try{.change = [](const Luma& luma) { return scaled(luma, 1); }, .global = true},
    Try{.change = [](const Luma& luma) { return sharpened(luma, 1, 2); }, .sharpened = true},
    Try{.change = halved, .scale = 0.5},
    Try{.change = [](const Luma& luma) { return framed(luma, 40); }, .shift = 40},
    Try{.change = [](const Luma& luma) { return blurred(luma, 1); }},
    Try{.change = [](const Luma& luma) { return evened(luma, 20); }, .sharpened = true},
    Try{.change = [](const Luma& luma) { return evened(luma, 40); }, .sharpened = true},
    Try{.change = [](const Luma& luma) { return sharpened(scaled(luma, 2), 4, 2.5); }, .scale = 2, .sharpened = true},
    Try{.change = [](const Luma& luma) { return sharpened(scaled(luma, 3), 3, 2); }, .scale = 3, .sharpened = true},
};

void put_back(Code& code, const Try& attempt, const Luma& luma) {
  for (auto& corner : code.corners) {
    if (attempt.degrees != 0) {
      corner = before_rotation(corner, luma, attempt.degrees);
      continue;
    }
    corner.x = static_cast<int>(corner.x / attempt.scale) - attempt.shift;
    corner.y = static_cast<int>(corner.y / attempt.scale) - attempt.shift;
  }
}

bool holds(const std::vector<Code>& codes, const Code& code) {
  return std::ranges::any_of(codes, [&](const Code& other) { return other.same(code); });
}

}  // namespace

std::vector<Code> read_still(const Decoder& decoder, const Luma& luma) {
  if (luma.height < strip && luma.height > 0) return read_still(decoder, deepened(luma, deep));
  auto codes = decoder.read(luma, Effort::full());
  std::vector<Code> doubtful;
  for (const Try& attempt : tries) {
    if (!codes.empty() && (!attempt.others || decoder.inverts())) continue;
    if (attempt.scale > 1 && std::int64_t{luma.width} * luma.height > most_enlarged) continue;
    Effort effort = Effort::full();
    effort.global = attempt.global;
    if (attempt.degrees != 0) effort.kinds = Kinds::linear;
    for (auto& code : decoder.read(attempt.change(luma), effort)) {
      put_back(code, attempt, luma);
      const bool sure = !attempt.sharpened || !code.linear() || holds(doubtful, code);
      if (!holds(codes, code)) (sure ? codes : doubtful).push_back(std::move(code));
    }
  }
  return codes;
}

}  // namespace camera
