#include "calendar.hpp"

#include <algorithm>

#include <gatepost/support/printable.hpp>
#include <gatepost/support/text.hpp>

namespace visit {

std::string shown_fact(const std::string& text) {
  constexpr std::size_t most = 120;
  return gatepost::support::printable(text, most);
}

std::string Calendar::key_of(const std::string& subject) const {
  return subjects_ == Subjects::mail ? gatepost::support::plain_word(subject)
                                     : gatepost::support::composed_or_as_is(subject);
}

void Calendar::add(const std::string& subject, Expected visit) {
  people_[key_of(subject)].push_back(std::move(visit));
  ++size_;
}

void Calendar::sort() {
  for (auto& [subject, visits] : people_)
    std::ranges::sort(visits, [](const Expected& one, const Expected& other) {
      return one.until != other.until ? one.until < other.until : one.from < other.from;
    });
}

std::span<const Expected> Calendar::of(const std::string& subject) const {
  const auto found = people_.find(key_of(subject));
  if (found == people_.end()) return {};
  return found->second;
}

std::size_t Calendar::between(gatepost::WallTime from, gatepost::WallTime until) const {
  std::size_t count = 0;
  for (const auto& [subject, visits] : people_)
    count += static_cast<std::size_t>(
        std::ranges::count_if(visits, [&](const Expected& one) { return one.from < until && from < one.until; }));
  return count;
}

}  // namespace visit
