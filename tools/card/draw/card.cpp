#include "card/draw/card.hpp"

#include <cmath>
#include <memory>

#include "card/draw/cairo.hpp"
#include "card/draw/symbol.hpp"

namespace gatepost::card {
namespace {

constexpr Colour white{1, 1, 1}, black{0, 0, 0}, band{0.11, 0.36, 0.63}, grey{0.40, 0.43, 0.47};

// In millimetres. What lies nearer to the edge than `safe` may be cut off.
constexpr double width = 85.60, height = 53.98, safe = 3, band_height = 8;
constexpr double code_side = 36;  // with its quiet zone
constexpr double text_width = width - 2 * safe - code_side - 2;
constexpr double name_top = 10, name_height = 10.5, facts_top = 21.5, photo_side = 21;

constexpr int quiet = 4;         // modules (ISO/IEC 18004, 6.3.8)
constexpr int least_module = 4;  // dots: a printer smears what is smaller

constexpr Box box(double left, double top, double wide, double high) {
  return {millimetres(left), millimetres(top), millimetres(wide), millimetres(high)};
}

void fill(cairo_t* to, const Box& area, const Colour& colour) {
  cairo_set_source_rgb(to, colour.red, colour.green, colour.blue);
  cairo_rectangle(to, area.left, area.top, area.width, area.height);
  cairo_fill(to);
}

// Whole dots a module at whole dots, and all in one path: no seams, and no grey where a picture has a pixel a dot.
Result<void> draw_symbol(cairo_t* to, const std::string& payload) {
  const auto symbol = symbol_of(payload);
  if (!symbol) return symbol.error();
  const int room = static_cast<int>(millimetres(code_side));
  const int module = room / (symbol->side + 2 * quiet);
  if (module < least_module)
    return Error{"it is too long for a card: its squares would be smaller than 0.34 mm", "the code of the card",
                 "give less: at most some 500 characters, and of a pass no name or issuer"};
  const int side = symbol->side * module;
  const int left = static_cast<int>(millimetres(width - safe - code_side)) + (room - side) / 2;
  const int top = static_cast<int>(millimetres((band_height + height - safe) / 2)) - side / 2;
  for (int y = 0; y < symbol->side; ++y)
    for (int x = 0; x < symbol->side; ++x) {
      int end = x;
      while (end < symbol->side && symbol->dark(end, y)) ++end;
      if (end > x) cairo_rectangle(to, left + x * module, top + y * module, (end - x) * module, module);
      x = end;
    }
  cairo_set_source_rgb(to, 0, 0, 0);
  cairo_fill(to);
  return {};
}

void draw_photo(cairo_t* to, const Photo& photo) {
  const Surface picture(cairo_image_surface_create(CAIRO_FORMAT_RGB24, photo_width, photo_height));
  auto* rows = cairo_image_surface_get_data(picture.get());
  const auto stride = cairo_image_surface_get_stride(picture.get());
  for (int y = 0; y < photo_height; ++y)
    std::copy_n(photo.pixels.begin() + std::ptrdiff_t{y} * photo_width, photo_width,
                reinterpret_cast<std::uint32_t*>(rows + std::ptrdiff_t{y} * stride));
  cairo_surface_mark_dirty(picture.get());
  cairo_set_source_surface(to, picture.get(), std::round(millimetres(safe)), std::round(millimetres(facts_top)));
  cairo_paint(to);
}

/// The facts about the holder: below each other, right of the photo where there is one.
class Column {
 public:
  Column(cairo_t* to, bool beside_photo)
      : to_(to), left_(safe + (beside_photo ? photo_side + 2 : 0)), width_(text_width - (left_ - safe)) {}

  Result<void> fact(const char* label, const std::string& value, const char* what, Style style) {
    if (value.empty()) return {};
    if (auto said = print(to_, box(left_, top_, width_, 2.6), label, {5, 4, 1, false, grey}, what); !said) return said;
    auto printed = print(to_, box(left_, top_ + 2.2, width_, 5.2), value, style, what);
    top_ += 7.4;
    return printed;
  }

 private:
  cairo_t* to_;
  double left_, width_, top_ = facts_top;
};

Result<void> draw_facts(cairo_t* to, const Face& face) {
  Column column(to, face.photo != nullptr);
  if (auto done = column.fact("No. · Số", face.number, "the number", {10, 5, 2, true, black}); !done) return done;
  if (auto done = column.fact("Class · Loại", face.group, "the class", {9, 5, 2, false, black}); !done) return done;
  if (auto done = column.fact("From · Từ", face.from, "the date from when it is valid", {8, 4, 1, false, black}); !done)
    return done;
  return column.fact("Until · Đến", face.until, "the date until when it is valid", {8, 4, 1, false, black});
}

}  // namespace

Result<void> draw_card(cairo_t* to, const Face& face) {
  fill(to, {0, 0, card_width, card_height}, white);
  fill(to, box(0, 0, width, band_height), band);
  if (!face.title.empty())
    if (auto done = print(to, box(safe, 1.9, width - 2 * safe, 5.6), face.title, {11, 6, 2, true, white}, "the issuer");
        !done)
      return done;
  if (auto done = draw_symbol(to, face.payload); !done) return done;
  if (!face.name.empty())
    if (auto done =
            print(to, box(safe, name_top, text_width, name_height), face.name, {11, 7, 3, true, black}, "the name");
        !done)
      return done;
  if (face.photo) draw_photo(to, *face.photo);
  return draw_facts(to, face);
}

}  // namespace gatepost::card
