// What one scan gave, before anybody has made anything of it.
#pragma once

#include <gatepost/time.hpp>
#include <string>
#include <vector>

namespace gatepost::calibrate {

/// A key that went down (1) or up (0); codes as in linux/input-event-codes.h.
struct KeyEvent {
  unsigned code = 0;
  int value = 0;
  MonotonicTime at{};
};

/// Keys of a scanner that types, or bytes of any other.
struct Take {
  std::vector<KeyEvent> keys{};
  std::string bytes{};
  std::vector<MonotonicTime> times{};  ///< of the bytes, one each; empty: not known
  bool lost = false;                   ///< the kernel dropped some of it

  bool typed() const { return !keys.empty(); }
  bool empty() const { return keys.empty() && bytes.empty() && !lost; }
};

}  // namespace gatepost::calibrate
