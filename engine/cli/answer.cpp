#include "cli/answer.hpp"

#include <gatepost/support/printable.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <optional>
#include <string_view>

#include "cli/record_text.hpp"

namespace gatepost::cli {

std::string text(const boost::json::value& from, std::size_t most) {
  return from.is_string() ? support::printable(from.get_string(), most) : std::string();
}

std::string text(const boost::json::object& from, std::string_view key, std::size_t most) {
  const auto* value = from.if_contains(key);
  return value == nullptr ? std::string() : text(*value, most);
}

std::string minute_of(const boost::json::value& from) {
  const auto wall = from.is_string() ? support::parse_rfc3339(std::string_view(from.get_string())) : std::nullopt;
  return wall ? time_text(*wall).substr(0, 16) : "never";
}

double number(const boost::json::value& from) { return from.is_number() ? from.to_number<double>() : 0; }

}  // namespace gatepost::cli
