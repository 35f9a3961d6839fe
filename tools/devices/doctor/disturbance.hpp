// What the kernel says of trouble with power and cables, and whether relays make it.
#pragma once

#include <gatepost/record.hpp>
#include <span>
#include <vector>

#include "devices/doctor/checks.hpp"
#include "devices/doctor/kernel_log.hpp"

namespace gatepost::doctor {

/// As long after a relay's switching as what it disturbs is put down to it.
inline constexpr Duration soon_after = std::chrono::milliseconds(200);

/// When relays of the site switched in this boot, and when its devices went.
struct SiteHistory {
  std::vector<MonotonicTime> switched{};  ///< in order
  struct Gone {
    MonotonicTime at{};
    std::string device{};
  };
  std::vector<Gone> gone{};
};

/// A lane with a gate, and how long its pulse is.
struct GateLane {
  std::string lane;
  Duration pulse{};
};

/// Out of the site's Records. A gate moves with a grant, and back when its pulse is over; a passage ends it sooner.
SiteHistory history_of(std::span<const Record> records, const std::string& boot, std::span<const GateLane> gates);

/// Resets, disconnects and over-current of USB, and devices of the site that went, soon after a relay's switching.
void find_interference(const KernelLog& log, const SiteHistory& history, Troubles& troubles);

/// Over-current, disabled ports and undervoltage, whatever a relay did.
void find_power_trouble(const KernelLog& log, Troubles& troubles);

}  // namespace gatepost::doctor
