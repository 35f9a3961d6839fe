// A device's address in a site file, changed where it stands and nowhere else.
#pragma once

#include <gatepost/result.hpp>
#include <span>
#include <string>
#include <vector>

#include "config/load.hpp"

namespace gatepost::learn {

/// What is to stand as the value of devices.DEVICE.KEY.
struct Binding {
  std::string device, key, address;
};

/// A file of the site before and after.
struct Edit {
  config::Source before, after;
};

/// The files that change. Comments, quotes and layout stay. An Error where an address is kept outside the file (!env,
/// !file), or is written in a way that is not its text.
Result<std::vector<Edit>> rebound(std::span<const config::Source> sources, std::span<const Binding> bindings);

/// `was`, led to `address`; its options (what follows the question mark) stay.
std::string led_to(const std::string& was, const std::string& address);

/// Writes the edit over the file, whole or not at all, and keeps what was there as FILE.previous.
Result<void> write(const Edit& edit);

}  // namespace gatepost::learn
