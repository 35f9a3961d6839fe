// Text in which equal words are equal bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatepost::support {

/// Whether `text` is UTF-8, strictly: nothing overlong, no surrogates.
bool valid_utf8(std::string_view text);

/// `text` as utf8proc maps it by its options; nothing: it is no UTF-8.
std::optional<std::string> mapped(std::string_view text, int options);

/// For comparison with a word: small letters, compatible forms made one, no blanks around it.
std::string plain_word(std::string_view text);

/// `text` in Unicode's composed form (NFC), as credential formats give their subjects.
std::string composed(std::string_view text);

}  // namespace gatepost::support
