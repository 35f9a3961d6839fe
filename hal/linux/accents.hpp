// Dead keys as Windows has them: an accent, then the letter that it goes onto.
#pragma once

#include <cstdint>

namespace gatepost::hal {

/// The accent of a dead key, as it looks when it stands alone; 0 for a keysym that is no dead key known here.
char32_t accent_of(std::uint32_t keysym);

/// The letter with the accent; 0 where there is none.
char32_t accented(char32_t accent, char32_t letter);

}  // namespace gatepost::hal
