// Where a birth was registered, by the first three digits of a personal number.
#pragma once

#include <algorithm>
#include <array>

namespace cccd {

/// The 63 provinces and cities of circular 07/2016/TT-BCA, appendix 1, in order. What stands in no line here is not
/// wrong: it is a country, or a number of a later list.
constexpr std::array<int, 63> provinces{1,  2,  4,  6,  8,  10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25,
                                        26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48,
                                        49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75,
                                        77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96};

constexpr bool is_province(int code) { return std::ranges::binary_search(provinces, code); }

}  // namespace cccd
