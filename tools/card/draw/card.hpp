// The one drawing of a card, whatever it is drawn on.
#pragma once

#include <cairo.h>

#include <gatepost/result.hpp>
#include <memory>
#include <string>

#include "card/draw/photo.hpp"
#include "card/draw/text.hpp"

namespace gatepost::card {

/// ID-1 of ISO/IEC 7810, as printers of plastic cards have it (CR80).
inline constexpr double card_width = millimetres(85.60), card_height = millimetres(53.98);

/// What stands on a card. What is empty is left out.
struct Face {
  std::string title{};    ///< who gives it out
  std::string payload{};  ///< what the QR code holds; never empty
  std::string name{};
  std::string number{};
  std::string group{};          ///< staff, visitor
  std::string from{}, until{};  ///< dates as they are printed
  std::shared_ptr<const Photo> photo{};
};

/// Its left upper corner is where the context's origin is; the context's unit is a dot.
Result<void> draw_card(cairo_t* to, const Face& face);

}  // namespace gatepost::card
