// What a plugin object opens when it runs.
#pragma once

#include <string>

namespace gatepost {

struct DeviceNeed {
  std::string device;  ///< one text for all addresses that lead there: "/dev/ttyUSB0", "usb 1-1.2", "tcp 192.0.2.1:502"
  bool alone = true;  ///< whoever has it open keeps everybody else from it; no: some devices let others in, some do not
  bool anybody = false;        ///< it is on a network and proves to nobody that it is the one that is meant
  bool name_may_move = false;  ///< the address is a number that the next start may give to another device
};

}  // namespace gatepost
