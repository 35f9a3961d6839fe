// A visible digital seal's bytes. Sources: ICAO Doc 9303-13, BSI TR-03137; for what German documents do otherwise,
// github.com/tsenger/vdstools.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <gatepost/result.hpp>

namespace visible_seal {

struct Seal {
  std::string country;      ///< three letters, or two: who issued it
  std::string signer;       ///< four characters: country and signer
  std::string certificate;  ///< the signer's certificate, by its serial number in hexadecimal digits
  std::string issued;       ///< YYYY-MM-DD
  std::string signed_on;
  std::uint16_t type = 0;                        ///< feature definition and document category
  std::map<std::uint8_t, std::string> features;  ///< by tag, as they stand there
  std::string signed_bytes, signature;
};

/// Nothing where the bytes do not begin like a seal (0xDC and a version); an Error where they do and are none, or have
/// no signature.
gatepost::Result<std::optional<Seal>> read_seal(std::string_view bytes);

/// C40 of ISO/IEC 16022, of which seals use capitals, digits and the space. Nothing: it is none.
std::optional<std::string> c40_text(std::string_view bytes);

/// Of three bytes: the number MMDDYYYY. Nothing: it names no day.
std::optional<std::string> date_text(std::string_view bytes);

}  // namespace visible_seal
