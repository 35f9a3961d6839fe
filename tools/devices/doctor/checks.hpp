// What keeps devices from working, a function for each kind of trouble. They read files and change nothing.
#pragma once

#include <sys/stat.h>

#include <gatepost/result.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "devices/doctor/checked_device.hpp"

namespace gatepost::doctor {

struct Trouble {
  std::string_view check;  ///< one word for programs: "holder", "autosuspend" …
  Error error;
};
using Troubles = std::vector<Trouble>;

/// Other programs that have a device open. Gatepost's own are none.
void find_holders(const Machine& machine, std::span<const CheckedDevice> patients, Troubles& troubles);

/// ModemManager and brltty where they run and nothing keeps them off a device.
void find_daemons(const Machine& machine, std::span<const CheckedDevice> patients, Troubles& troubles);

/// Scanners that type, and whose keys the console gets too, as no engine has grabbed them.
void find_typing(const Machine& machine, std::span<const CheckedDevice> patients, Troubles& troubles);

/// Whose rights are looked at.
struct User {
  std::string name{};
  uid_t id = 0;
  std::set<gid_t> groups{};

  static User current();
  /// Nothing: this machine has no such user.
  static std::optional<User> named(const std::string& name);
};

/// Whether the file's mode lets the user read and write it. What an access list adds is not known here.
bool may_open(const struct stat& file, const User& user);

/// Devices that the user may not open, and what is missing.
void find_missing_rights(std::span<const CheckedDevice> patients, const User& user, Troubles& troubles);

/// Devices that the kernel may put to sleep.
void find_autosuspend(std::span<const CheckedDevice> patients, Troubles& troubles);

/// Devices at a hub that takes its power from its own plug.
void find_weak_hubs(std::span<const CheckedDevice> patients, Troubles& troubles);

/// Devices of the site that are plugged in and have no driver, and kernels that are too old for what they drive.
void find_missing_drivers(const Machine& machine, std::span<const Named> named, std::span<const CheckedDevice> patients,
                          Troubles& troubles);

/// Devices of the site that are not there, or go by a name that several have.
void find_absent(const Machine& machine, std::span<const Named> named, Troubles& troubles);

/// Devices of the site that are named by udev's by-id links while others have the same name: udev links one of them, as
/// it happens.
void find_alike(const Machine& machine, std::span<const Named> named, std::span<const CheckedDevice> patients,
                Troubles& troubles);

}  // namespace gatepost::doctor
