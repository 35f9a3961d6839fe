// "did you mean 'terminator'?"
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::config {

/// The candidate that the word was most likely meant to be: at most a third of its letters wrong, and 4 (a swap of
/// neighbours counts once, case not at all), or its beginning. Empty when none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// Whether one of two words is probably the other one with a slip: a letter wrong, missing or too many, two swapped, or
/// another case. Words that only count (hall1 and hall2, 1st and 2nd, wing_a and wing_b) are not.
bool is_slip(std::string_view word, std::string_view other);

/// "a", "a or b", "a, b or c".
std::string any_of(std::span<const std::string_view> words);

/// The remedy for a word that is not among the candidates: "did you mean 'x'?", else `otherwise`.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates,
                         std::string_view otherwise);

}  // namespace gatepost::config
