#include "config/suggest.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

namespace gatepost::config {
namespace {

constexpr std::size_t longest = 64;
constexpr std::size_t most_compared = 100;  // of the candidates; a hostile file may bring thousands
constexpr std::size_t most_shown = 20;

char small(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// Optimal string alignment: insert, drop, change, swap two neighbours. Looks only where fewer than `enough` are wrong,
// and gives up, with at least that number, where more are.
std::size_t distance(std::string_view a, std::string_view b, std::size_t enough) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) >= enough) return enough;
  std::array<std::size_t, longest + 2> before{}, last{}, row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::size_t from = i > enough ? i - enough : 1, to = std::min(b.size(), i + enough);
    row[from - 1] = from == 1 ? i : enough;
    std::size_t least = row[from - 1];
    for (std::size_t j = from; j <= to; ++j) {
      const bool same = small(a[i - 1]) == small(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && small(a[i - 1]) == small(b[j - 2]) && small(a[i - 2]) == small(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    row[to + 1] = enough;
    if (least >= enough) return enough;
    before = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > longest) return {};
  std::string_view best;
  std::size_t least = std::clamp<std::size_t>(word.size() / 3, 1, 4) + 1;
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

bool is_slip(std::string_view word, std::string_view other) {
  if (word == other || std::max(word.size(), other.size()) > longest) return false;
  const auto digits = [](std::string_view text) {
    std::string found;
    std::ranges::copy_if(text, std::back_inserter(found), [](char c) { return c >= '0' && c <= '9'; });
    return found;
  };
  if (digits(word) != digits(other)) return false;
  const auto all_but_last = [](std::string_view text) {
    return text.substr(0, std::max<std::size_t>(text.size(), 1) - 1);
  };
  const bool differs_at_end = word.size() == other.size() && all_but_last(word) == all_but_last(other);
  if (differs_at_end && small(word.back()) != small(other.back())) return false;
  return distance(word, other, 2) < 2;
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
