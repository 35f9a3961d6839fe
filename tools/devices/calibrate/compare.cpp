#include "devices/calibrate/compare.hpp"

#include <algorithm>
#include <cstdint>

namespace gatepost::calibrate {
namespace {

constexpr std::size_t most_got = 4096;

/// Levenshtein's distances of all beginnings, with what comes before the code free of charge.
class Distances {
 public:
  Distances(std::string_view expected, std::string_view got)
      : expected_(expected), got_(got), cells_((expected.size() + 1) * (got.size() + 1)) {
    for (std::size_t i = 1; i <= expected_.size(); ++i) {
      set(i, 0, static_cast<std::uint32_t>(i));
      for (std::size_t j = 1; j <= got_.size(); ++j)
        set(i, j, std::min({at(i - 1, j - 1) + wrong(i, j), at(i - 1, j) + 1, at(i, j - 1) + 1}));
    }
  }
  std::uint32_t at(std::size_t i, std::size_t j) const { return cells_[i * (got_.size() + 1) + j]; }
  std::uint32_t wrong(std::size_t i, std::size_t j) const { return expected_[i - 1] == got_[j - 1] ? 0 : 1; }

  /// Where the code ends in what came, when what comes after it is free of charge.
  std::size_t end() const {
    std::size_t best = 0;
    for (std::size_t j = 1; j <= got_.size(); ++j)
      if (at(expected_.size(), j) < at(expected_.size(), best)) best = j;
    return best;
  }

 private:
  void set(std::size_t i, std::size_t j, std::uint32_t value) { cells_[i * (got_.size() + 1) + j] = value; }

  std::string_view expected_, got_;
  std::vector<std::uint32_t> cells_;
};

/// Flaws from the last to the first; neighbours are one.
class Flaws {
 public:
  void add(std::size_t at, std::string_view expected, std::string_view got) {
    const bool follows = !found_.empty() && found_.back().at == at + expected.size() && joined_;
    joined_ = true;
    if (!follows) {
      found_.push_back({at, std::string(expected), std::string(got)});
      return;
    }
    Flaw& later = found_.back();
    later.at = at;
    later.expected.insert(0, expected);
    later.got.insert(0, got);
  }
  void part() { joined_ = false; }
  std::vector<Flaw> in_order() && {
    std::ranges::reverse(found_);
    return std::move(found_);
  }

 private:
  std::vector<Flaw> found_;
  bool joined_ = false;
};

}  // namespace

std::size_t Comparison::lost() const {
  std::size_t sum = 0;
  for (const Flaw& flaw : flaws) sum += flaw.expected.size() - std::min(flaw.expected.size(), flaw.got.size());
  return sum;
}

Comparison compare(std::string_view expected, std::string_view got) {
  got = got.substr(0, most_got);
  const Distances distances(expected, got);
  std::size_t i = expected.size(), j = distances.end();
  Comparison comparison;
  comparison.suffix = got.substr(j);
  comparison.distance = distances.at(i, j);
  Flaws flaws;
  while (i > 0) {
    const auto here = distances.at(i, j);
    if (j > 0 && here == distances.at(i - 1, j - 1) + distances.wrong(i, j)) {
      if (distances.wrong(i, j) == 0)
        flaws.part();
      else
        flaws.add(i - 1, expected.substr(i - 1, 1), got.substr(j - 1, 1));
      --i;
      --j;
    } else if (here == distances.at(i - 1, j) + 1) {
      flaws.add(i - 1, expected.substr(i - 1, 1), {});
      --i;
    } else {
      flaws.add(i, {}, got.substr(j - 1, 1));
      --j;
    }
  }
  comparison.prefix = got.substr(0, j);
  comparison.flaws = std::move(flaws).in_order();
  return comparison;
}

}  // namespace gatepost::calibrate
