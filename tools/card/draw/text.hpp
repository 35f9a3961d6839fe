// Text on a card, by Pango.
#pragma once

#include <cairo.h>

#include <gatepost/result.hpp>
#include <string>

namespace gatepost::card {

/// One dot of 300 to the inch is the unit in which cards are drawn: a printer's, and a pixel of a picture.
inline constexpr double dots_per_inch = 300;
constexpr double millimetres(double length) { return length / 25.4 * dots_per_inch; }

struct Box {
  double left, top, width, height;
};

struct Colour {
  double red, green, blue;
};

struct Style {
  int most = 8, least = 6;  ///< size of the letters, in points
  int lines = 1;            ///< at most
  bool bold = false;
  Colour colour{0, 0, 0};
};

/// Prints it at the top of the box: as large as it fits in one line, else in two, and so on. Never less than all of it:
/// what does not fit is an Error, and so are letters that no font here has. `what` names it there: "the name".
Result<void> print(cairo_t* to, const Box& box, const std::string& text, const Style& style, const std::string& what);

}  // namespace gatepost::card
