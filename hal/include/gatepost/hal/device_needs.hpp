// What an address leads to, told without opening anything: whether it is one at all, and who else would want the same.
#pragma once

#include <gatepost/device_need.hpp>
#include <gatepost/hal/address.hpp>
#include <gatepost/hal/relay.hpp>
#include <gatepost/result.hpp>
#include <string>
#include <vector>

namespace gatepost::hal {

/// Empty: what is played in this process, which nobody else wants.
using DeviceNeeds = std::vector<DeviceNeed>;

// Of whatever opens such devices. An Error says what is wrong with the address, as opening it would.
Result<DeviceNeeds> serial_needs(const Address& address);
Result<DeviceNeeds> keyboard_needs(const Address& address);
Result<DeviceNeeds> raw_hid_needs(const Address& address);
Result<DeviceNeeds> camera_needs(const Address& address);
Result<DeviceNeeds> contact_needs(const Address& address);
Result<DeviceNeeds> relay_needs(const Address& address, const FindBoard& find = {});

/// Tells a plugin object's Host of them. `setting`: the one that the address is written in, which an Error then names;
/// empty: the Error names the address.
template <class Host>
Result<void> tell(Host& host, const Result<DeviceNeeds>& needs, const std::string& setting = {}) {
  if (!needs) return setting.empty() ? needs.error() : Error{needs.error().what, setting, needs.error().remedy};
  for (const DeviceNeed& need : *needs) host.will_open(need);
  return {};
}

}  // namespace gatepost::hal
