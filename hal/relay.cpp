// What a board can do that can do nothing of the kind.
#include <gatepost/hal/relay.hpp>

namespace gatepost::hal {

Result<void> Relay::pulse(int, Duration, BootTime) {
  return Error{"the board cannot time a pulse itself", identity(), "switch it on and off instead"};
}

Result<std::unique_ptr<Contact>> Relay::input(int) {
  return Error{"the board has no inputs", identity(), "connect the sensor elsewhere"};
}

}  // namespace gatepost::hal
