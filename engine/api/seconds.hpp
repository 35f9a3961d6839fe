#pragma once

#include <gatepost/time.hpp>

namespace gatepost::api {

inline double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace gatepost::api
