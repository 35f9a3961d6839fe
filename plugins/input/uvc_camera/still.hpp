// Every code of one picture, at any price.
#pragma once

#include "decoder.hpp"

namespace camera {

/// First the picture as it is; where that gives nothing, changed copies of it. Bars that only sharpened copies show
/// count when two of these agree.
std::vector<Code> read_still(const Decoder& decoder, const Luma& luma);

}  // namespace camera
