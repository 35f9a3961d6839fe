// Lengths of time and sizes as people write them: 500ms, 1h30min, 21d; 64MiB, 10kB. Exact in both directions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gatepost/result.hpp>
#include <gatepost/settings.hpp>

namespace gatepost::config {

/// Parts of a number and one of ns, us, ms, s, min, h, d, largest first or not: "1h30min", "1.5s". In the Error,
/// `where` is what was expected. Finer than a nanosecond or longer than 292 years is refused, so is a number without a
/// unit.
Result<Duration> parse_duration(std::string_view text);

/// A number and one of B, kB, MB, GB, TB (1000) or KiB, MiB, GiB, TiB (1024).
Result<ByteSize> parse_size(std::string_view text);

/// So many within a time.
struct Rate {
  std::uint32_t count;
  Duration within;
};
/// "20/1min"; "none": no rate. At least 1, within 1 s to a day.
Result<std::optional<Rate>> parse_rate(std::string_view text);

/// In the largest unit that needs no fraction: 10s, 90min, 1500ms. What parse_duration reads back as the same.
std::string to_text(Duration duration);

/// In the largest unit that needs no fraction: 64MiB, 10kB, 512B. What parse_size reads back as the same.
std::string to_text(ByteSize size);

}  // namespace gatepost::config
