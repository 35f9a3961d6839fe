// What Windows makes of Alt and a number on the keypad.
#pragma once

#include <cstdint>

namespace gatepost::hal {

/// The code pages of such a number: OEM without a leading 0, ANSI (1252) with one.
enum class CodePage : std::uint8_t { oem_437, oem_850, ansi_1252 };

/// `byte` in that code page. Below 0x80 all agree on ASCII; a control byte is itself, not the picture that a PC shows.
char32_t to_unicode(CodePage page, std::uint8_t byte);

}  // namespace gatepost::hal
