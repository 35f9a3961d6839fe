#include "columns.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

#include <gatepost/support/text.hpp>

#include "listing.hpp"

namespace roster {

namespace {

using gatepost::Error;
using gatepost::Result;
using Points = std::vector<utf8proc_int32_t>;

constexpr std::array<std::string_view, 3> meaningful{"status", "valid_from", "valid_until"};

bool is_blank(utf8proc_int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:  // tab, line feed
      return true;
    default:
      return false;
  }
}

// Compatible and composed forms made one (full-width letters, a no-break space, NFD), small letters, nothing that
// cannot be seen, no blanks around it.
Points folded(std::string_view name) {
  const auto text = gatepost::support::folded(name);
  Points points;
  if (!text) {  // no UTF-8: equal to itself only
    points.assign(name.begin(), name.end());
    return points;
  }
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text->data());
  const auto length = static_cast<utf8proc_ssize_t>(text->size());
  for (utf8proc_ssize_t at = 0; at < length;) {
    utf8proc_int32_t point = 0;
    at += std::max<utf8proc_ssize_t>(utf8proc_iterate(bytes + at, length - at, &point), 1);
    points.push_back(point);
  }
  const auto end = std::find_if_not(points.rbegin(), points.rend(), is_blank).base();
  points.erase(end, points.end());
  points.erase(points.begin(), std::find_if_not(points.begin(), points.end(), is_blank));
  return points;
}

Points without_marks(Points points) {
  std::erase_if(points, [](auto point) { return point == '-' || point == '_' || point == '.' || is_blank(point); });
  return points;
}

// Letters left out, put in, exchanged.
std::size_t distance(const Points& a, const Points& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t before = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t exchanged = before + (a[i] == b[j] ? 0 : 1);
      before = row[j + 1];
      row[j + 1] = std::min({exchanged, row[j] + 1, before + 1});
    }
  }
  return row.back();
}

// `status` with one letter wrong, the longer names with two; their parts written apart or together.
bool is_near(const Points& name, std::string_view wanted) {
  const Points a = without_marks(name), b = without_marks(folded(wanted));
  const std::size_t wrong = b.size() < 8 ? 1 : 2;
  return a.size() + wrong >= b.size() && a.size() <= b.size() + wrong && distance(a, b) <= wrong;
}

/// The names of one list.
class Header {
 public:
  explicit Header(std::span<const std::string> names) : names_(names) {
    for (const auto& name : names) folded_.push_back(folded(name));
  }

  Result<void> look_for_twins() const {
    std::map<Points, std::size_t> seen;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const auto [first, is_new] = seen.try_emplace(folded_[i], i);
      if (!is_new && !folded_[i].empty())
        return Error{"two columns are called " + shown(names_[first->second]) +
                         (names_[i] == names_[first->second] ? "" : " and " + shown(names_[i])),
                     {},
                     "rename one"};
    }
    return {};
  }

  std::optional<std::size_t> place(std::string_view name) const {
    const auto found = std::ranges::find(folded_, folded(name));
    if (found == folded_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - folded_.begin());
  }

  Error missing(std::string_view name, const std::string& remedy) const {
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (is_near(folded_[i], name))
        return {"the roster has no column " + shown(name), {}, "did you mean " + shown(names_[i]) + "? else " + remedy};
    return {"the roster has no column " + shown(name), {}, remedy};
  }

  /// One that would be taken for something else, though it hardly can be.
  Result<void> look_for_near_misses(const std::vector<std::size_t>& used) const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (std::ranges::find(used, i) != used.end()) continue;
      for (const auto wanted : meaningful)
        if (is_near(folded_[i], wanted))
          return Error{
              "the column " + shown(names_[i]) + " has no meaning, and is nearly '" + std::string(wanted) + "'",
              {},
              "call it " + std::string(wanted) + ", or something else if it is something else"};
    }
    return {};
  }

  /// The names of the others, for people.
  std::string others(const std::vector<std::size_t>& used) const {
    constexpr std::size_t most = 5;
    std::string told;
    std::size_t count = 0;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (std::ranges::find(used, i) != used.end() || folded_[i].empty()) continue;
      if (++count <= most) told += (told.empty() ? "" : ", ") + shown(names_[i]);
    }
    return told + (count > most ? " and " + std::to_string(count - most) + " more" : "");
  }

 private:
  std::span<const std::string> names_;
  std::vector<Points> folded_;
};

}  // namespace

Result<Places> find_columns(std::span<const std::string> names, const Columns& columns) {
  const Header header(names);
  if (auto single = header.look_for_twins(); !single) return single.error();
  Places places;
  const auto subject = header.place(columns.subject);
  if (!subject) return header.missing(columns.subject, "name its column in the setting `column`");
  places.subject = *subject;
  std::vector<std::size_t> used{*subject};
  for (const auto& name : columns.show) {
    const auto place = header.place(name);
    if (!place) return header.missing(name, "take it out of the setting `show`");
    places.show.emplace_back(name, *place);
    used.push_back(*place);
  }
  for (const auto& [name, into] : {std::pair(meaningful[0], &places.status),
                                   {meaningful[1], &places.valid_from},
                                   {meaningful[2], &places.valid_until}})
    if ((*into = header.place(name))) used.push_back(**into);
  if (auto clear = header.look_for_near_misses(used); !clear) return clear.error();
  places.unused = header.others(used);
  return places;
}

}  // namespace roster
