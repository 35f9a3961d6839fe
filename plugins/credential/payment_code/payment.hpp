// Codes that ask for money: EMVCo's merchant-presented QR codes, of which VietQR is one.
#pragma once

#include <cstdint>
#include <string_view>

namespace payment_code {

/// CRC-16/CCITT-FALSE: polynomial 0x1021, begins with 0xFFFF.
std::uint16_t crc16(std::string_view bytes);

/// Whether `payload` is one: elements of a two-digit id, a two-digit length and a value, from the format's version (00)
/// to the checksum over all before it (63).
bool is_payment(std::string_view payload);

}  // namespace payment_code
