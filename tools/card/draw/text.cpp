#include "card/draw/text.hpp"

#include <pango/pangocairo.h>

#include <gatepost/support/text.hpp>
#include <memory>

#ifdef __SANITIZE_ADDRESS__
// Fontconfig and Pango keep their tables until the process ends, where the leak detector does not see who holds them.
// To give them back at the end is no way out: they abort where a font is still in use.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\nleak:libpango\n";
}
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_options() {
  return "print_suppressions=0";
}
#endif

namespace gatepost::card {
namespace {

struct Unref {
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

constexpr double dots_per_point = dots_per_inch / 72;

// Nothing is fitted to pixels: lines break in the same places on paper and on a screen.
Owned<PangoLayout> layout_on(cairo_t* to, const std::string& text) {
  Owned<PangoLayout> layout(pango_cairo_create_layout(to));
  const Owned<cairo_font_options_t> options(cairo_font_options_create());
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(pango_layout_get_context(layout.get()), options.get());
  pango_layout_context_changed(layout.get());
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

void set_size(PangoLayout* layout, double points, bool bold) {
  const Owned<PangoFontDescription> font(pango_font_description_new());
  pango_font_description_set_family(font.get(), "DejaVu Sans");
  pango_font_description_set_weight(font.get(), bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(font.get(), points * dots_per_point * PANGO_SCALE);
  pango_layout_set_font_description(layout, font.get());
}

bool fits(PangoLayout* layout, const Box& box, int lines) {
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return pango_layout_get_line_count(layout) <= lines && logical.width <= box.width * PANGO_SCALE &&
         logical.height <= box.height * PANGO_SCALE;
}

/// Smaller before it is broken at blanks, and broken at blanks before it is broken within words.
bool fit(PangoLayout* layout, const Box& box, const Style& style) {
  for (const auto wrap : {PANGO_WRAP_WORD, PANGO_WRAP_WORD_CHAR}) {
    pango_layout_set_wrap(layout, wrap);
    for (int lines = 1; lines <= style.lines; ++lines) {
      pango_layout_set_width(layout, lines == 1 ? -1 : static_cast<int>(box.width * PANGO_SCALE));
      for (int halves = 2 * style.most; halves >= 2 * style.least; --halves) {
        set_size(layout, halves / 2.0, style.bold);
        if (fits(layout, box, lines)) return true;
      }
    }
  }
  return false;
}

}  // namespace

Result<void> print(cairo_t* to, const Box& box, const std::string& text, const Style& style, const std::string& what) {
  const auto composed = support::composed(text);
  if (!composed) return Error{"it is no UTF-8 text", what, "save the list as UTF-8"};
  if (support::has_controls(*composed))
    return Error{"it holds characters that cannot be printed", what, "write it in letters alone, on one line"};
  const auto layout = layout_on(to, *composed);
  if (!fit(layout.get(), box, style)) return Error{"it does not fit on a card", what, "write it shorter"};
  if (pango_layout_get_unknown_glyphs_count(layout.get()) > 0)
    return Error{"no font here has all of its letters", what, "install one that has: apt install fonts-noto-core"};
  cairo_set_source_rgb(to, style.colour.red, style.colour.green, style.colour.blue);
  cairo_move_to(to, box.left, box.top);
  pango_cairo_show_layout(to, layout.get());
  return {};
}

}  // namespace gatepost::card
