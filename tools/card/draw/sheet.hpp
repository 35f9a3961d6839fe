// Cards on paper, to print and to cut.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "card/draw/card.hpp"

namespace gatepost::card {

enum class Paper {
  a4,      ///< 10 cards a page
  letter,  ///< 8
  card,    ///< one a page that is as large as the card, for printers of plastic cards
};

/// The bytes of a PDF with so many cards, each asked for when it is drawn. Marks tell where to cut, and a ruler whether
/// the printer has shrunk the page.
Result<std::string> sheet_of(std::size_t count, const std::function<Result<Face>(std::size_t)>& face, Paper paper);

}  // namespace gatepost::card
