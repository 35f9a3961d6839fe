#include "card/draw/symbol.hpp"

#include <qrencode.h>

#include <array>
#include <gatepost/support/text.hpp>
#include <memory>

namespace gatepost::card {
namespace {

using Code = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

QRencodeMode mode_for(std::string_view payload) {
  constexpr std::string_view alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";  // ISO/IEC 18004, table 5
  if (support::is_digits(payload)) return QR_MODE_NUM;
  return payload.find_first_not_of(alphanumeric) == std::string_view::npos ? QR_MODE_AN : QR_MODE_8;
}

Code encoded(std::string_view payload, QRecLevel level, int least_version) {
  const std::unique_ptr<QRinput, decltype(&QRinput_free)> input(QRinput_new2(least_version, level), QRinput_free);
  const auto* bytes = reinterpret_cast<const unsigned char*>(payload.data());
  if (!input || QRinput_append(input.get(), mode_for(payload), static_cast<int>(payload.size()), bytes) != 0)
    return {nullptr, QRcode_free};
  return {QRcode_encodeInput(input.get()), QRcode_free};
}

}  // namespace

Result<Symbol> symbol_of(std::string_view payload) {
  Code code = encoded(payload, QR_ECLEVEL_M, 0);
  if (!code)
    return Error{"it does not fit into a QR code", "the code of the card", "give a code of 1 to 500 characters"};
  for (const auto level : std::array{QR_ECLEVEL_Q, QR_ECLEVEL_H}) {
    auto better = encoded(payload, level, code->version);
    if (better && better->width == code->width) code = std::move(better);
  }
  Symbol symbol{code->width, {}};
  const auto count = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
  symbol.modules.reserve(count);
  for (std::size_t i = 0; i < count; ++i) symbol.modules.push_back(code->data[i] & 1U);
  return symbol;
}

}  // namespace gatepost::card
