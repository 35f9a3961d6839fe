// Times and sizes as people say them.
#pragma once

#include <cstdint>
#include <string>

namespace gatepost::cli {

/// "0.4 s", "12 s", "3 min", "2 h 5 min", "9 d 4 h".
std::string time_amount(double seconds);

/// "512 B", "1.2 MiB", "12.3 GiB".
std::string byte_amount(double bytes);

}  // namespace gatepost::cli
