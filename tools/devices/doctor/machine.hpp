// The machine that is looked at: what the kernel and udev tell of it, beneath a root that tests set up.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::doctor {

struct Machine {
  std::filesystem::path root = "/";

  std::filesystem::path sys() const { return root / "sys"; }
  std::filesystem::path proc() const { return root / "proc"; }
  std::filesystem::path dev() const { return root / "dev"; }
  bool is_this_one() const { return root == "/"; }

  /// A file's first line; empty where there is none.
  static std::string line_of(const std::filesystem::path& file);

  /// The number of the process with that name (as the kernel cuts it), if one runs.
  std::optional<int> runs(std::string_view name) const;

  /// What udev has noted of the device with this folder in sysfs: "ID_MM_DEVICE_IGNORE=1" …; nothing where udev has no
  /// notes of it.
  std::optional<std::vector<std::string>> udev_notes(const std::filesystem::path& folder) const;

  /// Whether one of udev's folders has a file of rules of that name.
  bool has_rules(std::string_view name) const;

  /// As `uname -r` has it: "6.1.0-28-amd64".
  std::string kernel() const;
};

}  // namespace gatepost::doctor
