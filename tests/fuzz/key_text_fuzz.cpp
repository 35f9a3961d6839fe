// links: gatepost::hal
// Keys of a scanner ▶ text: well-formed whatever is pressed, and right again once the device says how its keys stand.
#include <linux/input-event-codes.h>

#include <array>
#include <cstdint>
#include <cstdlib>

#include "linux/key_text.hpp"

namespace {

using gatepost::hal::KeyLayout;
using gatepost::hal::KeyText;

void held_or_abort(bool good) {
  if (!good) std::abort();
}

bool is_utf8(const std::string& text) {
  std::size_t more = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (more > 0) {
      if ((byte & 0xC0U) != 0x80U) return false;
      --more;
    } else if (byte >= 0x80U) {
      more = byte >= 0xF0U ? 3 : byte >= 0xE0U ? 2 : byte >= 0xC2U ? 1 : 4;
      if (more == 4) return false;
    }
  }
  return more == 0;
}

}  // namespace

// The first byte is the layout; then a byte for each event: its key, and in the highest bit whether it goes up.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::array texts{KeyText(*load_key_map(KeyLayout::us)), KeyText(*load_key_map(KeyLayout::uk)),
                          KeyText(*load_key_map(KeyLayout::de)), KeyText(*load_key_map(KeyLayout::fr))};
  if (size == 0) return 0;
  KeyText& text = texts.at(data[0] % texts.size());
  text.resync({}, false);
  for (std::size_t i = 1; i < size; ++i) {
    const std::string typed = text.key(data[i] & 0x7FU, (data[i] & 0x80U) == 0 ? 1 : 0);
    held_or_abort(typed.size() <= 8 && is_utf8(typed));
  }
  text.resync({}, false);
  std::string typed;
  for (const unsigned key : {KEY_E, KEY_X, KEY_ENTER})
    for (const int value : {1, 2, 0}) typed += text.key(key, value);
  held_or_abort(typed == "ex\r");
  return 0;
}
