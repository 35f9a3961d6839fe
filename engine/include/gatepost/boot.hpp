// Which boot of this machine it is. Header-only; it is no part of what engine and plugins share at run time.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace gatepost {

/// The boot that this machine is in, as Record::boot names it; empty where /proc does not tell.
inline std::string boot_id(const std::filesystem::path& proc = "/proc") {
  std::string text;
  std::ifstream(proc / "sys/kernel/random/boot_id") >> text;
  std::erase(text, '-');
  return text;
}

}  // namespace gatepost
