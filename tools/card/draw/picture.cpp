#include "card/draw/picture.hpp"

#include <cairo-svg.h>

#include <cmath>

#include "card/draw/cairo.hpp"

namespace gatepost::card {
namespace {

// A card on a white page needs an edge.
void draw_edge(cairo_t* to) {
  cairo_set_source_rgb(to, 0.7, 0.72, 0.75);
  cairo_set_line_width(to, 2);
  cairo_rectangle(to, 1, 1, std::floor(card_width) - 2, std::round(card_height) - 2);
  cairo_stroke(to);
}

Result<void> draw_on(cairo_surface_t* surface, double scale, const Face& face) {
  const Context to(cairo_create(surface));
  cairo_scale(to.get(), scale, scale);
  cairo_set_source_rgb(to.get(), 1, 1, 1);
  cairo_paint(to.get());
  if (auto drawn = draw_card(to.get(), face); !drawn) return drawn;
  draw_edge(to.get());
  if (const auto status = cairo_status(to.get()); status != CAIRO_STATUS_SUCCESS)
    return Error{cairo_status_to_string(status), "the card", "see that there is memory left"};
  return {};
}

}  // namespace

Result<std::string> picture_of(const Face& face, Format format) {
  std::string bytes;
  if (format == Format::png) {
    const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(std::floor(card_width)),
                                                     static_cast<int>(std::round(card_height))));
    if (auto drawn = draw_on(surface.get(), 1, face); !drawn) return drawn.error();
    cairo_surface_write_to_png_stream(surface.get(), append, &bytes);
    return bytes;
  }
  constexpr double points = 72 / dots_per_inch;
  const Surface surface(cairo_svg_surface_create_for_stream(append, &bytes, card_width * points, card_height * points));
  if (auto drawn = draw_on(surface.get(), points, face); !drawn) return drawn.error();
  cairo_surface_finish(surface.get());
  return bytes;
}

}  // namespace gatepost::card
