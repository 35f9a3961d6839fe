#include "config/near.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace gatepost::config {
namespace {

constexpr std::size_t longest = 64;
constexpr std::size_t most_compared = 200;  // of the candidates; a hostile file may bring thousands
constexpr std::size_t most_shown = 20;

char small(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// Optimal string alignment: insert, drop, change, swap two neighbours. Gives up, with a larger number, at `enough`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t enough) {
  using Row = std::array<std::size_t, longest + 1>;
  Row before{}, last{}, row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = small(a[i - 1]) == small(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && small(a[i - 1]) == small(b[j - 2]) && small(a[i - 2]) == small(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    const auto least = *std::min_element(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(b.size()) + 1);
    if (least > enough) return least;
    before = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > longest) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const auto candidate : candidates.first(std::min(candidates.size(), most_compared))) {
    if (candidate.empty() || candidate.size() > longest) continue;
    std::size_t wrong = distance(word, candidate, least);
    if (word.size() >= 3 && candidate.starts_with(word)) wrong = std::min<std::size_t>(wrong, 1);
    if (wrong >= least || wrong >= std::max(word.size(), candidate.size())) continue;
    least = wrong;
    best = candidate;
  }
  return best;
}

std::string any_of(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < std::min(words.size(), most_shown); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  if (words.size() > most_shown) text += " or one of " + std::to_string(words.size() - most_shown) + " more";
  return text;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates,
                         std::string_view otherwise) {
  const auto near = nearest(word, candidates);
  return near.empty() ? std::string(otherwise) : "did you mean '" + std::string(near) + "'?";
}

}  // namespace gatepost::config
