// What the kernel has said since it started.
#pragma once

#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devices/doctor/machine.hpp"

namespace gatepost::doctor {

struct KernelLine {
  MonotonicTime at{};
  std::string text{};
  bool operator==(const KernelLine&) const = default;
};

/// A record of /dev/kmsg: "6,339,5140900,-;usb 1-1: reset …". Nothing: it is none.
std::optional<KernelLine> parse_kmsg(std::string_view record);
/// A line of `journalctl -k -o json`. Nothing: it is none, or has no time.
std::optional<KernelLine> parse_journal(std::string_view line);

struct KernelLog {
  std::vector<KernelLine> lines{};
  bool is_exact =
      false;  ///< its times are CLOCK_MONOTONIC; the kernel's own clock (kmsg) strays from that by days' end
};

/// By systemd's journal, else by /dev/kmsg. An Error: this user may read neither.
Result<KernelLog> read_kernel_log(const Machine& machine);

}  // namespace gatepost::doctor
