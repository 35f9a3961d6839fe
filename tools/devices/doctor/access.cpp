// Who may open what.
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <array>

#include "devices/doctor/checks.hpp"

namespace gatepost::doctor {
namespace {

constexpr mode_t both_of_owner = S_IRUSR | S_IWUSR, both_of_group = S_IRGRP | S_IWGRP, both_of_all = S_IROTH | S_IWOTH;

std::string group_name(gid_t id) {
  std::array<char, 4096> room{};
  group entry{};
  group* found = nullptr;
  ::getgrgid_r(id, &entry, room.data(), room.size(), &found);
  return found == nullptr ? std::to_string(id) : found->gr_name;
}

std::string rule_for(const CheckedDevice& checked) {
  const bool has_hidraw = checked.device.file.filename().string().starts_with("hidraw");
  const std::string subsystem = checked.device.use == hal::DeviceUse::raw_hid    ? has_hidraw ? "hidraw" : "usb"
                                : checked.device.use == hal::DeviceUse::keyboard ? "input"
                                : checked.device.use == hal::DeviceUse::serial   ? "tty"
                                : checked.device.use == hal::DeviceUse::camera   ? "video4linux"
                                                                                 : "gpio";
  char vendor[40] = "";
  if (checked.device.identity.vendor != 0)
    std::snprintf(vendor, sizeof vendor, R"(ATTRS{idVendor}=="%04x", )",
                  static_cast<unsigned>(checked.device.identity.vendor));
  return R"(SUBSYSTEM==")" + subsystem + R"(", )" + vendor + R"(GROUP="gatepost", MODE="0660")";
}

// A group that may, other than root's own, is the way in; where there is none a rule has to make one.
std::string way_in(const struct stat& file, const CheckedDevice& checked, const User& user) {
  if ((file.st_mode & both_of_group) == both_of_group && file.st_gid != 0)
    return "add the user to its group: sudo adduser " + user.name + " " + group_name(file.st_gid) +
           "; it counts from the next login, or the next start of the service";
  return "no group may open it: install the rules of configs/udev, or add to /etc/udev/rules.d/70-scanner.rules: " +
         rule_for(checked) + "; then sudo udevadm control --reload && sudo udevadm trigger";
}

}  // namespace

User User::current() {
  std::array<char, 4096> room{};
  passwd entry{};
  passwd* found = nullptr;
  const uid_t id = ::geteuid();
  ::getpwuid_r(id, &entry, room.data(), room.size(), &found);
  User user{.name = found == nullptr ? std::to_string(id) : found->pw_name, .id = id, .groups = {::getegid()}};
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  if (count > 0) user.groups.insert(groups.begin(), groups.begin() + count);
  return user;
}

std::optional<User> User::named(const std::string& name) {
  std::array<char, 4096> room{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
  if (found == nullptr) return {};
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  if (::getgrouplist(name.c_str(), found->pw_gid, groups.data(), &count) < 0) {
    groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(name.c_str(), found->pw_gid, groups.data(), &count);
  }
  return User{.name = name, .id = found->pw_uid, .groups = {groups.begin(), groups.begin() + count}};
}

bool may_open(const struct stat& file, const User& user) {
  if (user.id == 0) return true;
  const auto all_of = [&](mode_t bits) { return (file.st_mode & bits) == bits; };
  if (file.st_uid == user.id) return all_of(both_of_owner);
  if (user.groups.contains(file.st_gid)) return all_of(both_of_group);
  return all_of(both_of_all);
}

void find_missing_rights(std::span<const CheckedDevice> patients, const User& user, Troubles& troubles) {
  const bool is_this_user = user.id == ::geteuid();
  for (const CheckedDevice& checked : patients) {
    struct stat file {};
    if (::stat(checked.device.file.c_str(), &file) != 0) continue;  // it has just gone
    // The kernel knows this user's access lists too.
    if (is_this_user ? checked.device.accessible : may_open(file, user)) continue;
    troubles.push_back(
        {"access", {"the user " + user.name + " may not open it", checked.text(), way_in(file, checked, user)}});
  }
}

}  // namespace gatepost::doctor
