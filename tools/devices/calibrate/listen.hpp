// Takes from a scanner: what it sends between two silences, untouched.
#pragma once

#include <functional>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <stop_token>
#include <string>

#include "devices/calibrate/take.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::calibrate {

/// A scan is over when nothing has come for as long as this.
inline constexpr Duration silence = std::chrono::milliseconds(500);

struct Listener {
  std::function<void(const std::string& identity)> opened;
  std::function<void(Take take)> took;
};

/// Grabs every keyboard of the device, and reads its keys.
Result<void> listen_to_keys(const std::string& address, const Listener& listener, const std::stop_token& stop);

/// Reads a serial line; the address tells its speed.
Result<void> listen_to_line(const std::string& address, const Listener& listener, const std::stop_token& stop);

/// Reads by the plugin, whose scans have no ends any more. A damaged one is an empty take.
Result<void> listen_by(const plugin::Plugin& plugin, const std::string& address, const Listener& listener,
                       const std::stop_token& stop);

/// Whether the address is that of a scanner that types.
bool is_keyboard(const std::string& address);

}  // namespace gatepost::calibrate
