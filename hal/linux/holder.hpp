// Who has a device file open.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gatepost::hal {

struct Holder {
  int process = 0;
  std::string name{};  ///< the program's, cut by the kernel to 15 characters

  /// "brltty (process 812)"
  std::string text() const { return name + " (process " + std::to_string(process) + ")"; }
};

/// Every other process that has the file open. Sees only processes that this user may look into. `proc`: another root
/// for tests.
std::vector<Holder> holders_of(const std::filesystem::path& file, const std::filesystem::path& proc = "/proc");

/// "brltty (process 812)" for the first of them, else empty.
std::string holder_of(const std::string& file);

}  // namespace gatepost::hal
