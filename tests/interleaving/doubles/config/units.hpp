// In place of what a site file's rates are read by: lanes deny at any pace here, for a pause is no order of threads.
#pragma once

#include <cstdint>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <optional>
#include <string_view>

namespace gatepost::config {

struct Rate {
  std::uint32_t count;
  Duration within;
};
inline Result<std::optional<Rate>> parse_rate(std::string_view) {
  return {boost::system::in_place_value, std::nullopt};
}

}  // namespace gatepost::config
