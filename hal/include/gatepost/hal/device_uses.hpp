// What an address leads to, told without opening anything: whether it is one at all, and who else would want the same.
#pragma once

#include <gatepost/device_use.hpp>
#include <gatepost/hal/address.hpp>
#include <gatepost/hal/relay.hpp>
#include <gatepost/result.hpp>
#include <vector>

namespace gatepost::hal {

/// Empty: what is played in this process, which nobody else wants.
using DeviceUses = std::vector<DeviceUse>;

// Of whatever opens such devices. An Error says what is wrong with the address, as opening it would.
Result<DeviceUses> serial_uses(const Address& address);
Result<DeviceUses> keyboard_uses(const Address& address);
Result<DeviceUses> raw_hid_uses(const Address& address);
Result<DeviceUses> camera_uses(const Address& address);
Result<DeviceUses> contact_uses(const Address& address);
Result<DeviceUses> relay_uses(const Address& address, const FindBoard& find = {});

/// Tells a plugin object's Host of them.
template <class Host>
Result<void> tell(Host& host, const Result<DeviceUses>& uses) {
  if (!uses) return uses.error();
  for (const DeviceUse& use : *uses) host.will_open(use);
  return {};
}

}  // namespace gatepost::hal
