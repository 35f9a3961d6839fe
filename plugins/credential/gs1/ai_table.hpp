// The application identifiers of GS1: the numbers that say what follows them.
#pragma once

#include <span>
#include <string_view>

namespace gs1 {

/// One identifier, or a run of them that are alike.
struct Ai {
  std::string_view first, last;  ///< digits, as many in both
  bool predefined;               ///< its length is known by its number: no separator need follow
  /// Components, with blanks between them: N (digits), X, Y (GS1's character sets 82 and 39) or Z (base64url), then a
  /// length ("18") or the highest ("..20"); in brackets where it may be missing. Behind commas, the rules for its
  /// value.
  std::string_view format;
};

/// Null: there is none of this number.
const Ai* find_ai(std::string_view number);
std::span<const Ai> all_ais();

}  // namespace gs1
