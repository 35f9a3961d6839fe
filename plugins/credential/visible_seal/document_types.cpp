#include "document_types.hpp"

#include <algorithm>
#include <array>
#include <gatepost/support/crypto.hpp>

namespace visible_seal {
namespace {

using gatepost::support::hexadecimal;

enum class Coding : std::uint8_t { c40, mrz, text };

struct Feature {
  std::uint16_t type;
  std::uint8_t tag;
  Coding coding;
  const char* name;
};

struct DocumentType {
  std::uint16_t type;
  const char* name;
};

// BSI TR-03137 and TR-03171, ICAO Doc 9303-13.
constexpr std::array types{
    DocumentType{0xFD02, "arrival_attestation"},       DocumentType{0xF908, "address_sticker"},
    DocumentType{0xF90C, "address_sticker"},           DocumentType{0xF80A, "address_sticker"},
    DocumentType{0x5E03, "emergency_travel_document"}, DocumentType{0x5D01, "visa"},
    DocumentType{0xFB06, "residence_permit"},          DocumentType{0xFC04, "social_insurance_card"},
    DocumentType{0xFA06, "supplementary_sheet"},       DocumentType{0x01C8, "administrative_document"},
    DocumentType{0x01C9, "administrative_document"}};

constexpr std::array features{
    Feature{0xFD02, 2, Coding::mrz, "mrz"},
    Feature{0xFD02, 3, Coding::c40, "azr_number"},
    Feature{0xF908, 1, Coding::c40, "document_number"},
    Feature{0xF908, 2, Coding::c40, "municipality"},
    Feature{0xF908, 3, Coding::c40, "address"},
    Feature{0xF90C, 1, Coding::c40, "document_number"},
    Feature{0xF90C, 2, Coding::c40, "municipality"},
    Feature{0xF90C, 3, Coding::c40, "address"},
    Feature{0xF80A, 1, Coding::c40, "document_number"},
    Feature{0xF80A, 2, Coding::c40, "municipality"},
    Feature{0xF80A, 3, Coding::c40, "postal_code"},
    Feature{0x5E03, 2, Coding::mrz, "mrz"},
    Feature{0x5D01, 1, Coding::mrz, "mrz"},
    Feature{0x5D01, 2, Coding::mrz, "mrz"},
    Feature{0x5D01, 5, Coding::c40, "passport_number"},
    Feature{0xFB06, 2, Coding::mrz, "mrz"},
    Feature{0xFB06, 3, Coding::c40, "passport_number"},
    Feature{0xFC04, 1, Coding::c40, "social_insurance_number"},
    Feature{0xFC04, 2, Coding::text, "family_name"},
    Feature{0xFC04, 3, Coding::text, "given_name"},
    Feature{0xFC04, 4, Coding::text, "birth_name"},
    Feature{0xFA06, 4, Coding::mrz, "mrz"},
    Feature{0xFA06, 5, Coding::c40, "sheet_number"},
    Feature{0x01C9, 1, Coding::text, "valid_from"},
    Feature{0x01C9, 2, Coding::text, "valid_to"},
    Feature{0x01C9, 3, Coding::text, "profile"},
    Feature{0x01C9, 4, Coding::text, "certificate_address"},
    Feature{0x01C9, 5, Coding::text, "status_address"},
};

std::string two_digits(unsigned number) {
  const char byte = static_cast<char>(number);
  return hexadecimal(std::string_view(&byte, 1));
}

std::optional<std::string> text_of(const std::string& bytes, Coding coding) {
  if (coding == Coding::text) return bytes;
  auto text = c40_text(bytes);
  if (text && coding == Coding::mrz) std::ranges::replace(*text, ' ', '<');
  return text;
}

}  // namespace

std::string document_name(const Seal& seal) {
  const auto found = std::ranges::find(types, seal.type, &DocumentType::type);
  return found != types.end() ? std::string(found->name) : two_digits(seal.type >> 8U) + two_digits(seal.type & 0xFFU);
}

std::map<std::string, std::string> named_features(const Seal& seal) {
  std::map<std::string, std::string> named;
  for (const auto& [tag, bytes] : seal.features) {
    const auto known = std::ranges::find_if(
        features, [&, number = tag](const Feature& one) { return one.type == seal.type && one.tag == number; });
    const auto text = known != features.end() ? text_of(bytes, known->coding) : std::nullopt;
    if (text)
      named[known->name] = *text;
    else
      named["feature_" + two_digits(tag)] = hexadecimal(bytes);
  }
  return named;
}

}  // namespace visible_seal
