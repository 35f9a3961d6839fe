// Text that strangers wrote: whether it is UTF-8 at all, and its forms in which equal means the same.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::support {

bool is_ascii(std::string_view text);
/// `text` is ASCII digits, and there are any.
bool is_digits(std::string_view text);
/// `text` is that many ASCII digits.
bool is_digits(std::string_view text, std::size_t count);

/// Whether `text` is UTF-8, strictly: nothing overlong, no surrogates.
bool valid_utf8(std::string_view text);
/// How many characters valid UTF-8 has.
std::size_t characters(std::string_view text);

/// Unicode's composed form (NFC), in which equal text is equal bytes. Nothing: it is no UTF-8.
std::optional<std::string> composed(std::string_view text);
/// The same, and what is no UTF-8 as it is: equal to itself only.
std::string composed_or_as_is(std::string_view text);
/// Composed, in capitals.
std::optional<std::string> composed_capitals(std::string_view text);
/// For comparison with a word: compatible forms made one, small letters, nothing that cannot be seen.
std::optional<std::string> folded(std::string_view text);
/// For comparison with a word of a list or a setting: folded, without blanks around it.
std::string plain_word(std::string_view text);

/// What the bytes mean where each is the code of a character (ISO 8859-1).
std::string utf8_of_latin1(std::string_view bytes);

/// Without what nobody sees at the edges of a code: white space, NUL, a byte order mark, no-break and zero-width
/// characters. GS and RS are seen: they are part of codes.
std::string_view trimmed(std::string_view text);
std::string_view trimmed_latin1(std::string_view bytes);

/// A code of one line as scanners and pictures give it.
struct CodeLine {
  std::string_view text;  ///< without a byte order mark before it and line ends behind it
  bool bom = false;       ///< there was such a mark
};
CodeLine code_line(std::string_view payload);

/// Whether valid UTF-8 has a control character, or one that reorders, hides or breaks the text around it.
bool has_controls(std::string_view text);

/// UTF-8 whose bytes somebody took for characters of ISO 8859-1 or Windows-1252 and wrote as UTF-8 again: what it was
/// before. Nothing: it is not that.
std::optional<std::string> repaired(std::string_view text);

/// A name in capitals without diacritics, as machines write it: "Đỗ Thị Ữ" is "DO THI U". Nothing: a character has no
/// such form, or it is no UTF-8.
std::optional<std::string> ascii_capitals(std::string_view text);

/// Whether people are called so: letters of the Latin alphabet with whatever marks, and between them blanks, hyphens,
/// apostrophes and full stops; a letter first. In composed form.
bool is_name(std::string_view text);

/// The parts between separators: always one more than there are of them.
std::vector<std::string_view> split(std::string_view record, char separator);

/// The words of codes that have a to_word() beside them, with blanks between them.
template <class Codes>
std::string words_of(const Codes& codes) {
  std::string words;
  for (const auto code : codes) words += (words.empty() ? "" : " ") + std::string(to_word(code));
  return words;
}

}  // namespace gatepost::support
