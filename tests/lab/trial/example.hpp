// A code that a pattern describes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatepost::lab {

/// The plainest text of a regular expression: of each choice the first, of each repetition the fewest. The group named
/// `subject` is replaced by `subject` where that is given. Nothing: it has what this does not know. Whether it matches
/// is for the pattern itself to say.
std::optional<std::string> example_of(std::string_view pattern, const std::optional<std::string>& subject = {});

}  // namespace gatepost::lab
