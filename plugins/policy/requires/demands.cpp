#include "demands.hpp"

#include <algorithm>

#include <gatepost/support/printable.hpp>
#include <gatepost/support/text.hpp>

namespace demands {

namespace {

using gatepost::Error;
using gatepost::support::composed_or_as_is;

constexpr std::size_t longest_word = 60;  // as far as an Error repeats it

bool has_blank_edges(std::string_view text) { return !text.empty() && (text.front() == ' ' || text.back() == ' '); }

}  // namespace

gatepost::Result<Demands> parse(const std::vector<std::string>& texts) {
  Demands demands;
  for (const std::string& text : texts) {
    const auto mark = text.find('=');
    const std::string name = text.substr(0, mark), value = mark == text.npos ? "" : text.substr(mark + 1);
    if (name.empty() || has_blank_edges(name) || has_blank_edges(value) || (mark != text.npos && value.empty()))
      return Error{"'" + gatepost::support::printable(text, longest_word) + "' names no attribute, or no value",
                   "attributes",
                   "write NAME=VALUE without blanks around the mark, or NAME alone where any value will do"};
    const auto [found, is_new] = demands.try_emplace(composed_or_as_is(name));
    if ((mark == text.npos) != found->second.empty() && !is_new)
      return Error{"an attribute is demanded with a value and without one",
                   "attributes: " + gatepost::support::printable(name, longest_word), "take one of the two out"};
    if (mark != text.npos) found->second.insert(composed_or_as_is(value));
  }
  return demands;
}

bool are_met(const Demands& demands, const std::map<std::string, std::string>& attributes) {
  return std::ranges::all_of(demands, [&](const auto& demand) {
    const auto found = attributes.find(demand.first);
    if (found == attributes.end() || found->second.empty()) return false;
    return demand.second.empty() || demand.second.contains(composed_or_as_is(found->second));
  });
}

}  // namespace demands
