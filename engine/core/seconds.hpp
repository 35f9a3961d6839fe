// A time as people read it.
#pragma once

#include <chrono>
#include <cstdio>
#include <gatepost/time.hpp>
#include <string>

namespace gatepost::core {

/// "1.5 s"
inline std::string seconds(Duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(time).count());
  return text;
}

}  // namespace gatepost::core
