// Who else wants a device: programs that have it open, daemons that would take it, the console.
#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "devices/doctor/checks.hpp"
#include "linux/bus_list.hpp"
#include "linux/holder.hpp"

namespace gatepost::doctor {
namespace {

namespace fs = std::filesystem;
using hal::DeviceUse;

bool is_ours(const hal::Holder& holder) { return holder.name == "gatepost" || holder.name == "gatepost-guard"; }

bool is_held_by_us(const Machine& machine, const CheckedDevice& checked) {
  const auto all = hal::holders_of(checked.device.file, machine.proc());
  return std::ranges::any_of(all, is_ours);
}

std::string remedy_against(const hal::Holder& holder) {
  if (holder.name == "ModemManager" || holder.name == "brltty")
    return "install the rules of configs/udev and plug the device in anew, or: sudo systemctl mask --now " +
           std::string(holder.name == "brltty" ? "brltty" : "ModemManager");
  return "end that program, or keep it off this device: kill " + std::to_string(holder.process);
}

bool notes_have(const std::vector<std::string>& notes, std::string_view wanted) {
  return std::ranges::find(notes, wanted) != notes.end();
}

std::string rule_for(const hal::Identity& identity) {
  char text[160];
  std::snprintf(
      text, sizeof text,
      R"(SUBSYSTEM=="usb|tty", ATTRS{idVendor}=="%04x", ATTRS{idProduct}=="%04x", ENV{ID_MM_DEVICE_IGNORE}="1")",
      static_cast<unsigned>(identity.vendor), static_cast<unsigned>(identity.product));
  return text;
}

constexpr const char* reread = "sudo udevadm control --reload && sudo udevadm trigger";

void ask_modem_manager(const Machine& machine, const CheckedDevice& checked, int process, Troubles& troubles) {
  const auto device = machine.udev_notes(checked.usb);
  const auto port = machine.udev_notes(machine.sys() / "class/tty" / checked.device.file.filename());
  if (!device && !port) return;  // without udev it hears of no port
  for (const auto& notes : {device, port})
    if (notes && notes_have(*notes, "ID_MM_DEVICE_IGNORE=1")) return;
  const std::string remedy =
      machine.has_rules("70-gatepost.rules")
          ? "add to /etc/udev/rules.d/70-scanner.rules: " + rule_for(checked.device.identity) + "; then " + reread
          : "install the rules of configs/udev; then " + std::string(reread);
  troubles.push_back({"daemon",
                      {"ModemManager (process " + std::to_string(process) +
                           ") runs, and no rule keeps it off: it holds a new port for seconds and writes AT to it",
                       checked.text(), remedy}});
}

// The converters that brltty's tables know as displays and that scanners and boards have: CH340, FT232R, CP2102.
bool is_taken_for_braille(const hal::Identity& identity) {
  constexpr std::array<std::pair<unsigned, unsigned>, 3> numbers{
      {{0x1a86, 0x7523}, {0x0403, 0x6001}, {0x10c4, 0xea60}}};
  return std::ranges::find(numbers, std::pair<unsigned, unsigned>(identity.vendor, identity.product)) != numbers.end();
}

void ask_brltty(const Machine& machine, const CheckedDevice& checked, std::optional<int> process, Troubles& troubles) {
  if (process && is_taken_for_braille(checked.device.identity)) {
    troubles.push_back({"daemon",
                        {"brltty (process " + std::to_string(*process) +
                             ") runs and looks for Braille displays at converters of this number; no rule stops one "
                             "that runs by itself",
                         checked.text(), "where nobody reads Braille: sudo systemctl mask --now brltty"}});
    return;
  }
  const auto notes = machine.udev_notes(checked.usb);
  if (!notes) return;
  const auto set = std::ranges::find_if(*notes, [](const std::string& note) {
    return note.starts_with("BRLTTY_BRAILLE_DRIVER=") && note != "BRLTTY_BRAILLE_DRIVER=";
  });
  if (set == notes->end()) return;
  troubles.push_back(
      {"daemon",
       {"udev takes it for a Braille display (" + *set + "), and starts brltty for it", checked.text(),
        "install configs/udev/91-gatepost-braille.rules, or add its number there; then " + std::string(reread)}});
}

// /proc/bus/input/devices: a block for each device; its line "H: Handlers=sysrq kbd event3" says who gets its keys.
bool console_gets(const Machine& machine, const fs::path& file) {
  std::ifstream table(machine.proc() / "bus/input/devices");
  for (std::string line; std::getline(table, line);) {
    if (!line.starts_with("H: Handlers=")) continue;
    std::istringstream words(line.substr(12));
    bool console = false, this_one = false;
    for (std::string word; words >> word;) {
      console = console || word == "kbd";
      this_one = this_one || word == file.filename();
    }
    if (this_one) return console;
  }
  return false;
}

}  // namespace

void find_holders(const Machine& machine, std::span<const CheckedDevice> patients, Troubles& troubles) {
  for (const CheckedDevice& checked : patients) {
    if (checked.device.use == DeviceUse::keyboard) continue;  // many programs look at keyboards, and may
    for (const auto& holder : hal::holders_of(checked.device.file, machine.proc()))
      if (!is_ours(holder))
        troubles.push_back({"holder", {holder.text() + " has it open", checked.text(), remedy_against(holder)}});
  }
}

void find_daemons(const Machine& machine, std::span<const CheckedDevice> patients, Troubles& troubles) {
  const auto modem_manager = machine.runs("ModemManager");
  const auto brltty = machine.runs("brltty");
  for (const CheckedDevice& checked : patients) {
    if (checked.device.use != DeviceUse::serial || checked.usb.empty()) continue;
    if (modem_manager) ask_modem_manager(machine, checked, *modem_manager, troubles);
    ask_brltty(machine, checked, brltty, troubles);
  }
}

void find_typing(const Machine& machine, std::span<const CheckedDevice> patients, Troubles& troubles) {
  for (const CheckedDevice& checked : patients) {
    if (checked.device.use != DeviceUse::keyboard || is_held_by_us(machine, checked)) continue;
    if (!console_gets(machine, checked.device.file)) continue;
    troubles.push_back({"console",
                        {"what it scans is typed into the console too: no engine has grabbed it", checked.text(),
                         "start the engine of its site, which grabs it: gatepost run SITE, or systemctl start "
                         "gatepost@NAME; or set the scanner to serial or POS mode"}});
  }
}

void find_alike(const Machine& machine, std::span<const Named> named, std::span<const CheckedDevice> patients,
                Troubles& troubles) {
  const auto all = hal::list_devices(machine.sys(), machine.dev());
  for (const Named& one : named) {
    const auto mine = std::ranges::find(patients, one.entry, &CheckedDevice::entry);
    if (one.address.find("by-id/") == one.address.npos || mine == patients.end()) continue;
    const hal::Identity& its = mine->device.identity;
    std::string ports;
    for (const auto& other : all)
      if (other.use == mine->device.use && other.identity.port != its.port && other.identity.vendor == its.vendor &&
          other.identity.product == its.product && other.identity.serial == its.serial)
        ports += (ports.empty() ? "" : " and ") + other.identity.port;
    if (ports.empty() || its.port.empty()) continue;
    troubles.push_back(
        {"alike",
         {"has the same name as what is at " + ports + ": the by-id link leads to one of them, as it happens",
          mine->text(), "name it by its port: " + mine->device.address}});
  }
}

void find_absent(const Machine& machine, std::span<const Named> named, Troubles& troubles) {
  for (const Named& one : named)
    if (const auto there = is_there(machine, one); !there) troubles.push_back({"absent", there.error()});
}

}  // namespace gatepost::doctor
