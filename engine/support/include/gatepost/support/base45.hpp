// Base45 (RFC 9285): bytes as text that a QR code holds in its alphanumeric mode, and that a keyboard can type.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatepost::support {

/// Nothing where it is no Base45: another character (small letters are other ones), a triple above 65535, a pair above
/// 255, or one character too many.
std::optional<std::string> base45_decode(std::string_view text);

std::string base45_encode(std::string_view bytes);

}  // namespace gatepost::support
