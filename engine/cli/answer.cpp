#include "cli/answer.hpp"

#include <gatepost/support/printable.hpp>

namespace gatepost::cli {

std::string text(const boost::json::value& from, std::size_t most) {
  return from.is_string() ? support::printable(from.get_string(), most) : std::string();
}

double number(const boost::json::value& from) { return from.is_number() ? from.to_number<double>() : 0; }

}  // namespace gatepost::cli
