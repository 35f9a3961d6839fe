#include <openssl/evp.h>

#include <algorithm>
#include <gatepost/support/base64.hpp>

namespace gatepost::support {
namespace {

bool is_letter(char character) {
  return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
         (character >= '0' && character <= '9') || character == '+' || character == '/';
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::string> base64_decode(std::string_view text, Base64 alphabet) {
  std::string letters(text);
  if (alphabet == Base64::standard) {
    const std::size_t padded = letters.find_last_not_of('=') + 1;  // npos + 1 is 0
    if (padded != letters.size() && (letters.size() % 4 != 0 || letters.size() - padded > 2)) return {};
    letters.resize(padded);
  } else {
    if (letters.find_first_of("+/") != std::string::npos) return {};
    std::ranges::replace(letters, '-', '+');
    std::ranges::replace(letters, '_', '/');
  }
  if (letters.size() % 4 == 1 || !std::ranges::all_of(letters, is_letter)) return {};
  const std::size_t padding = (4 - letters.size() % 4) % 4;
  letters.append(padding, '=');
  std::string bytes(letters.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                  reinterpret_cast<const unsigned char*>(letters.data()), static_cast<int>(letters.size()));
  bytes.resize(bytes.size() - padding);
  if (base64_encode(bytes) != letters) return {};  // bits beyond the last byte
  return bytes;
}

}  // namespace gatepost::support
