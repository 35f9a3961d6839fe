// One card as a picture file.
#pragma once

#include <string>

#include "card/draw/card.hpp"

namespace gatepost::card {

enum class Format { png, svg };

/// The bytes of the file: PNG with 300 pixels an inch, or SVG in the size of the card.
Result<std::string> picture_of(const Face& face, Format format);

}  // namespace gatepost::card
