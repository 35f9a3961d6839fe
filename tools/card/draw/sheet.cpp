#include "card/draw/sheet.hpp"

#include <cairo-pdf.h>

#include "card/draw/cairo.hpp"

namespace gatepost::card {
namespace {

constexpr double gap = millimetres(3);

struct Page {
  double width, height;
  std::size_t columns, rows;

  std::size_t cards() const { return columns * rows; }
  double left(std::size_t column) const {
    const auto count = static_cast<double>(columns);
    return (width - count * card_width - (count - 1) * gap) / 2 + static_cast<double>(column) * (card_width + gap);
  }
  double top(std::size_t row) const {
    const auto count = static_cast<double>(rows);
    return (height - count * card_height - (count - 1) * gap) / 2 + static_cast<double>(row) * (card_height + gap);
  }
};

Page page_of(Paper paper) {
  if (paper == Paper::card) return {card_width, card_height, 1, 1};
  if (paper == Paper::letter) return {millimetres(215.9), millimetres(279.4), 2, 4};
  return {millimetres(210), millimetres(297), 2, 5};
}

void line(cairo_t* to, double x, double y, double across, double down) {
  cairo_move_to(to, x, y);
  cairo_rel_line_to(to, across, down);
}

// Outside the card, and short enough not to meet those of its neighbour.
void draw_crop_marks(cairo_t* to) {
  constexpr double off = millimetres(0.4), length = millimetres(1);
  for (const double x : {0.0, card_width})
    for (const double y : {0.0, card_height}) {
      const double outward = x == 0 ? -1 : 1, downward = y == 0 ? -1 : 1;
      line(to, x + outward * off, y, outward * length, 0);
      line(to, x, y + downward * off, 0, downward * length);
    }
  cairo_set_source_rgb(to, 0, 0, 0);
  cairo_set_line_width(to, 1);
  cairo_stroke(to);
}

// Along the left margin, upwards, with a stroke each 10 mm.
Result<void> draw_ruler(cairo_t* to, const Page& page) {
  constexpr int marks = 10;
  const double x = millimetres(12), bottom = (page.height + millimetres(100)) / 2;
  line(to, x, bottom, 0, -millimetres(100));
  for (int i = 0; i <= marks; ++i) line(to, x, bottom - millimetres(10) * i, millimetres(i % marks == 0 ? 3 : 1.5), 0);
  cairo_set_source_rgb(to, 0, 0, 0);
  cairo_set_line_width(to, 2);
  cairo_stroke(to);
  cairo_save(to);
  cairo_translate(to, millimetres(8), bottom);
  cairo_rotate(to, -1.5707963267948966);
  auto said = print(to, {0, 0, millimetres(100), millimetres(4)}, "100 mm: measure me. Print at 100 %, not fit to page",
                    {7, 5, 1, false, {0, 0, 0}}, "the ruler");
  cairo_restore(to);
  return said;
}

}  // namespace

Result<std::string> sheet_of(std::size_t count, const std::function<Result<Face>(std::size_t)>& face, Paper paper) {
  constexpr double points = 72 / dots_per_inch;
  const Page page = page_of(paper);
  std::string bytes;
  const Surface surface(cairo_pdf_surface_create_for_stream(append, &bytes, page.width * points, page.height * points));
  const Context to(cairo_create(surface.get()));
  cairo_scale(to.get(), points, points);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = i % page.cards();
    if (place == 0 && paper != Paper::card)
      if (auto ruled = draw_ruler(to.get(), page); !ruled) return ruled.error();
    const auto card = face(i);
    if (!card) return card.error();
    cairo_save(to.get());
    cairo_translate(to.get(), page.left(place % page.columns), page.top(place / page.columns));
    const auto drawn = draw_card(to.get(), *card);
    if (drawn && paper != Paper::card) draw_crop_marks(to.get());
    cairo_restore(to.get());
    if (!drawn) return drawn.error();
    if (place + 1 == page.cards() || i + 1 == count) cairo_show_page(to.get());
  }
  cairo_surface_finish(surface.get());
  if (const auto status = cairo_surface_status(surface.get()); status != CAIRO_STATUS_SUCCESS)
    return Error{cairo_status_to_string(status), "the sheet", "see that there is memory left"};
  return bytes;
}

}  // namespace gatepost::card
