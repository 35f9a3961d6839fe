// What keeps devices from working, on machines that a test sets up file by file.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <fstream>

#include "devices/doctor/checks.hpp"
#include "devices/doctor/disturbance.hpp"
#include "world/scratch.hpp"
#include "world/sysfs.hpp"

namespace gatepost::doctor {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* typing = "7fffffff 10000 0 fffffffffffffffe";

/// A machine with files of a test's own.
class Ward {
 public:
  Ward() {
    std::filesystem::create_directory_symlink(sysfs_.root(), scratch_ / "sys");
    write("proc/sys/kernel/osrelease", "6.1.0-28-amd64\n");
    write("dev/null_of_test", "");
  }

  Machine machine() const { return {scratch_.path()}; }

  void write(const std::string& name, const std::string& text) const { scratch_.write(name, text); }

  /// A serial converter at that port, with a device file.
  std::filesystem::path converter(const std::string& port, const std::string& vendor = "1a86",
                                  const std::string& product = "7523", const std::string& name = "ttyUSB0") {
    const auto folder = sysfs_.plug(port, vendor, product, {{"dev", "189:5"}});
    sysfs_.node(folder / (port + ":1.0"), "tty", name, {{"device/x", ""}, {"dev", "188:0"}});
    write("dev/" + name, "");
    return folder;
  }

  std::filesystem::path gun(const std::string& port) {
    const auto folder = sysfs_.plug(port, "0c2e", "0b61");
    sysfs_.node(folder / (port + ":1.0/hid"), "input", "input/event3", {{"device/capabilities/key", typing}});
    write("dev/input/event3", "");
    write("proc/bus/input/devices",
          "N: Name=\"Lid\"\nH: Handlers=event0\n\nN: Name=\"Gun\"\nH: Handlers=sysrq kbd leds event3 \n");
    return folder;
  }

  void process(int number, const std::string& name, const std::string& opens = "") {
    const std::string folder = "proc/" + std::to_string(number);
    write(folder + "/comm", name + "\n");
    std::filesystem::create_directories(scratch_ / (folder + "/fd"));
    if (!opens.empty())
      std::filesystem::create_symlink(std::filesystem::canonical(scratch_ / opens), scratch_ / (folder + "/fd/5"));
  }

  std::vector<CheckedDevice> patients(const std::string& address) const {
    return patients_of(machine(), {{"gun", address}}, plugin::Catalogue());
  }

  world::Sysfs& sysfs() { return sysfs_; }

 private:
  world::Scratch scratch_;
  world::Sysfs sysfs_;
};

std::vector<std::string> told(const Troubles& troubles) {
  std::vector<std::string> all;
  for (const auto& [check, error] : troubles) all.push_back(std::string(check) + ": " + to_line(error));
  return all;
}

TEST(Doctor, FindsThePatientsThatASiteNamesAndNoOthers) {
  Ward ward;
  ward.converter("1-2");
  ward.gun("1-3");
  const auto found = ward.patients("lcus:usb:1a86:7523@1-2?channels=2");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].entry, "gun");
  EXPECT_THAT(found[0].text(), AllOf(HasSubstr("ttyUSB0"), HasSubstr("usb 1a86:7523 at 1-2")));
  EXPECT_THAT(ward.patients("serial:/dev/ttyUSB0"), SizeIs(1));
  EXPECT_THAT(ward.patients("modbus:rtu:/dev/ttyUSB0/unit/1"), SizeIs(1));
  EXPECT_THAT(ward.patients("modbus:rtu:usb:1a86:7523@1-2/unit/1/input/3"), SizeIs(1));
  EXPECT_THAT(ward.patients("serial:/dev/ttyUSB1"), IsEmpty());
  ward.sysfs().node(ward.sysfs().root() / "devices/platform", "gpio", "gpiochip0");
  ward.write("dev/gpiochip0", "");
  EXPECT_THAT(ward.patients("gpio:gpiochip0/17,27?active=low"), SizeIs(1));
}

TEST(Doctor, LooksAtABoardAsItIsOpened) {
  Ward ward;
  const auto board = ward.sysfs().plug("1-4", "16c0", "05df", {{"uevent", "MAJOR=189\nDEVNAME=bus/usb/001/007"}});
  ward.sysfs().node(board / "1-4:1.0/hid", "hidraw", "hidraw2",
                    {{"device/report_descriptor", std::string("\x06\x00\xff\x09\x01\xa1\x01\xc0", 8)}});
  ward.write("dev/hidraw2", "");
  EXPECT_THAT(ward.patients("dcttech:/dev/hidraw2").at(0).text(), HasSubstr("dev/hidraw2"));
  const auto patients = ward.patients("dcttech:usb:16c0:05df@1-4");
  EXPECT_THAT(patients.at(0).text(), HasSubstr("dev/bus/usb/001/007"));
  EXPECT_FALSE(patients.at(0).device.accessible);
  ward.write("dev/bus/usb/001/007", "");
  EXPECT_TRUE(ward.patients("dcttech:usb:16c0:05df@1-4").at(0).device.accessible);
  Troubles troubles;
  std::filesystem::permissions(ward.machine().dev() / "bus/usb/001/007", std::filesystem::perms::owner_read);
  find_missing_rights(ward.patients("dcttech:usb:16c0:05df@1-4"), {.name = "gate", .id = 4711, .groups = {}}, troubles);
  EXPECT_THAT(told(troubles), ElementsAre(HasSubstr(R"(SUBSYSTEM=="usb", ATTRS{idVendor}=="16c0")")));
}

TEST(Doctor, NamesWhoHoldsAPort) {
  Ward ward;
  ward.converter("1-2");
  ward.process(812, "minicom", "dev/ttyUSB0");
  ward.process(813, "bash");
  Troubles troubles;
  find_holders(ward.machine(), ward.patients("serial:/dev/ttyUSB0"), troubles);
  EXPECT_THAT(told(troubles), ElementsAre(AllOf(HasSubstr("holder: gun,"), HasSubstr("minicom (process 812)"))));
}

TEST(Doctor, TakesGatepostItselfForNoThief) {
  Ward ward;
  ward.converter("1-2");
  ward.process(812, "gatepost", "dev/ttyUSB0");
  ward.process(813, "gatepost-guard", "dev/ttyUSB0");
  Troubles troubles;
  find_holders(ward.machine(), ward.patients("serial:/dev/ttyUSB0"), troubles);
  EXPECT_THAT(troubles, IsEmpty());
}

TEST(Doctor, TellsOfModemManagerWhereNoRuleKeepsItOff) {
  Ward ward;
  ward.converter("1-2");
  ward.process(700, "ModemManager");
  const auto look = [&] {
    Troubles troubles;
    find_daemons(ward.machine(), ward.patients("serial:/dev/ttyUSB0"), troubles);
    return told(troubles);
  };
  EXPECT_THAT(look(), IsEmpty()) << "without udev it hears of no port";
  ward.write("run/udev/data/c188:0", "S:serial/by-id/x\nE:ID_BUS=usb\n");
  EXPECT_THAT(look(), ElementsAre(AllOf(HasSubstr("ModemManager (process 700)"), HasSubstr("install the rules"))));
  ward.write("etc/udev/rules.d/70-gatepost.rules", "");
  EXPECT_THAT(look(), ElementsAre(HasSubstr(R"(ATTRS{idVendor}=="1a86", ATTRS{idProduct}=="7523")")));
  ward.write("run/udev/data/c189:5", "E:ID_MM_DEVICE_IGNORE=1\n");
  EXPECT_THAT(look(), IsEmpty());
}

TEST(Doctor, TellsOfBrlttyAtAConverterThatItTakesForADisplay) {
  Ward ward;
  ward.converter("1-2");
  const auto look = [&] {
    Troubles troubles;
    find_daemons(ward.machine(), ward.patients("serial:/dev/ttyUSB0"), troubles);
    return told(troubles);
  };
  ward.write("run/udev/data/c189:5", "E:BRLTTY_BRAILLE_DRIVER=\n");
  EXPECT_THAT(look(), IsEmpty());
  ward.write("run/udev/data/c189:5", "E:BRLTTY_BRAILLE_DRIVER=bm\n");
  EXPECT_THAT(look(), ElementsAre(HasSubstr("91-gatepost-braille.rules")));
  ward.process(600, "brltty");
  EXPECT_THAT(look(), ElementsAre(HasSubstr("mask --now brltty")));
}

TEST(Doctor, TellsOfAGunThatTypesIntoTheConsole) {
  Ward ward;
  ward.gun("1-3");
  const auto look = [&] {
    Troubles troubles;
    find_typing(ward.machine(), ward.patients("usb:0c2e:0b61@1-3"), troubles);
    return told(troubles);
  };
  EXPECT_THAT(look(), ElementsAre(HasSubstr("typed into the console too")));
  ward.process(900, "gatepost", "dev/input/event3");
  EXPECT_THAT(look(), IsEmpty()) << "the engine has grabbed it";
}

TEST(Doctor, KnowsWhoMayOpenAFileByItsMode) {
  struct stat file {};
  file.st_uid = 0;
  file.st_gid = 20;
  file.st_mode = S_IFCHR | 0660;
  EXPECT_TRUE(may_open(file, {"root", 0, {}}));
  EXPECT_TRUE(may_open(file, {"anna", 1000, {20}}));
  EXPECT_FALSE(may_open(file, {"anna", 1000, {1000}}));
  file.st_mode = S_IFCHR | 0640;
  EXPECT_FALSE(may_open(file, {"anna", 1000, {20}}));
  file.st_mode = S_IFCHR | 0666;
  EXPECT_TRUE(may_open(file, {"anna", 1000, {1000}}));
  file.st_uid = 1000;
  file.st_mode = S_IFCHR | 0066;  // its owner is neither of the group nor one of all
  EXPECT_FALSE(may_open(file, {"anna", 1000, {20}}));
}

TEST(Doctor, NamesWhatAUserLacks) {
  Ward ward;
  ward.converter("1-2");
  auto patients = ward.patients("serial:/dev/ttyUSB0");
  ASSERT_THAT(patients, SizeIs(1));
  const User other{"gate_nobody", 4'000'000, {4'000'000}};
  Troubles troubles;
  ::chmod(patients[0].device.file.c_str(), 0600);
  find_missing_rights(patients, other, troubles);
  EXPECT_THAT(told(troubles),
              ElementsAre(AllOf(HasSubstr("the user gate_nobody may not open it"), HasSubstr(R"(SUBSYSTEM=="tty")"))));
  troubles.clear();
  ::chmod(patients[0].device.file.c_str(), 0666);
  find_missing_rights(patients, other, troubles);
  EXPECT_THAT(troubles, IsEmpty());
}

// configs/udev cannot know it: its plugin came later.
TEST(Doctor, PrintsTheRulesForABoardWhosePluginIsInstalled) {
  constexpr std::array suits{Hardware{0x2a19, 0x0c05, "boards of a plugin", "serial"}};
  const Descriptor board{sizeof(Descriptor),
                         abi_version,
                         GATEPOST_TOOLCHAIN,
                         PluginKind::board,
                         sdk_version(PluginKind::board),
                         "acme",
                         "boards",
                         [] { return no_settings.infos(); },
                         nullptr,
                         0,
                         suits.data(),
                         suits.size(),
                         nullptr,
                         0,
                         0,
                         {}};
  struct Gate {
    std::string board;
  };
  static constexpr auto table = settings(field("board", &Gate::board, "its address"));
  Descriptor gate = board;
  gate.kind = PluginKind::actuator;
  gate.name = "gate";
  gate.settings = [] { return table.infos(); };
  gate.suits_count = 0;
  plugin::Catalogue catalogue;
  ASSERT_TRUE(catalogue.add(board) && catalogue.add(gate));
  Ward ward;
  ward.converter("1-2", "2a19", "0c05", "ttyACM0");
  ward.process(700, "ModemManager");
  ward.write("run/udev/data/c188:0", "E:ID_BUS=usb\n");
  ward.write("etc/udev/rules.d/70-gatepost.rules", "");
  const auto found = patients_of(ward.machine(), {}, catalogue);
  ASSERT_THAT(found, SizeIs(1)) << "no site names it";
  ::chmod(found[0].device.file.c_str(), 0600);
  Troubles troubles;
  find_missing_rights(found, {"gate_nobody", 4'000'000, {4'000'000}}, troubles);
  find_daemons(ward.machine(), found, troubles);
  EXPECT_THAT(told(troubles), ElementsAre(HasSubstr(R"(SUBSYSTEM=="tty", ATTRS{idVendor}=="2a19", GROUP="gatepost")"),
                                          HasSubstr(R"(ATTRS{idProduct}=="0c05", ENV{ID_MM_DEVICE_IGNORE}="1")")));
  EXPECT_THAT(patients_of(ward.machine(), {}, plugin::Catalogue()), IsEmpty());
}

TEST(Doctor, TellsOfAutosuspendOnceForAPlug) {
  Ward ward;
  ward.gun("1-3");
  ward.write("sys/devices/pci0/usb1/1-3/power/control", "auto\n");
  ward.write("sys/devices/pci0/usb1/1-3/power/autosuspend_delay_ms", "2000\n");
  const auto look = [&] {
    Troubles troubles;
    find_autosuspend(ward.patients("usb:0c2e:0b61@1-3"), troubles);
    return told(troubles);
  };
  EXPECT_THAT(look(), ElementsAre(AllOf(HasSubstr("after 2000 ms"), HasSubstr(R"(ATTR{power/control}="on")"))));
  ward.write("sys/devices/pci0/usb1/1-3/power/autosuspend_delay_ms", "-1000\n");
  EXPECT_THAT(look(), IsEmpty());
  ward.write("sys/devices/pci0/usb1/1-3/power/autosuspend_delay_ms", "0\n");
  ward.write("sys/devices/pci0/usb1/1-3/power/control", "on\n");
  EXPECT_THAT(look(), IsEmpty());
}

TEST(Doctor, TellsOfAHubWithoutPower) {
  Ward ward;
  const auto hub = ward.sysfs().plug("1-1", "05e3", "0608", {{"bDeviceClass", "09"}, {"bmAttributes", "a0"}});
  const auto folder = hub / "1-1.2";
  for (const auto& [name, text] : {std::pair("idVendor", "0c2e"), {"idProduct", "0b61"}, {"bMaxPower", "400mA"}})
    ward.write("sys/devices/pci0/usb1/1-1/1-1.2/" + std::string(name), text);
  std::filesystem::create_symlink(folder, ward.sysfs().root() / "bus/usb/devices/1-1.2");
  ward.sysfs().node(folder / "1-1.2:1.0/hid", "input", "input/event3", {{"device/capabilities/key", typing}});
  ward.write("dev/input/event3", "");
  const auto look = [&] {
    Troubles troubles;
    find_weak_hubs(ward.patients("usb:0c2e:0b61@1-1.2"), troubles);
    return told(troubles);
  };
  EXPECT_THAT(look(), ElementsAre(AllOf(HasSubstr("the hub at 1-1 has no power"), HasSubstr("400mA"))));
  ward.write("sys/devices/pci0/usb1/1-1/bmAttributes", "e0\n");
  EXPECT_THAT(look(), IsEmpty());
}

TEST(Doctor, SaysWhatStandsInTheAbsentDevicesPlace) {
  Ward ward;
  ward.converter("1-2");
  Troubles troubles;
  const std::vector<Named> named{{"gun", "usb:0c2e:0b61@1-2"}, {"line", "serial:/dev/ttyACM7"}};
  find_absent(ward.machine(), named, troubles);
  EXPECT_THAT(told(troubles),
              ElementsAre(AllOf(HasSubstr("device 'gun'"), HasSubstr("another device is at this port: usb 1a86:7523")),
                          AllOf(HasSubstr("device 'line'"), HasSubstr("there is no such device"))));
}

TEST(Doctor, NamesBothOfTwoAlike) {
  Ward ward;
  ward.converter("1-2");
  ward.converter("1-4", "1a86", "7523", "ttyUSB1");
  Troubles troubles;
  find_absent(ward.machine(), std::vector<Named>{{"board", "lcus:usb:1a86:7523"}}, troubles);
  EXPECT_THAT(told(troubles), ElementsAre(AllOf(HasSubstr("1-2 and 1-4"), HasSubstr("2 devices go by this name"))));
}

TEST(Doctor, TellsOfALinkThatLeadsToOneOfTwo) {
  Ward ward;
  ward.converter("1-2");
  ward.write("dev/serial/by-id/x", "");
  std::filesystem::create_symlink("../../ttyUSB0", ward.machine().dev() / "serial/by-id/usb-1a86-port0");
  const std::vector<Named> named{{"gun", "serial:by-id/usb-1a86-port0"}};
  const auto look = [&] {
    Troubles troubles;
    find_alike(ward.machine(), named, patients_of(ward.machine(), named, plugin::Catalogue()), troubles);
    return told(troubles);
  };
  EXPECT_THAT(look(), IsEmpty());
  ward.converter("1-4", "1a86", "7523", "ttyUSB1");
  EXPECT_THAT(look(), ElementsAre(AllOf(HasSubstr("the same name as what is at 1-4"),
                                        HasSubstr("name it by its port: usb:1a86:7523@1-2"))));
}

TEST(Doctor, TellsOfADeviceWithoutADriver) {
  Ward ward;
  ward.sysfs().plug("1-5", "067b", "23a3");
  const std::vector<Named> named{{"gun", "usb:067b:23a3@1-5"}};
  Troubles troubles;
  find_missing_drivers(ward.machine(), named, patients_of(ward.machine(), named, plugin::Catalogue()), troubles);
  EXPECT_THAT(told(troubles), ElementsAre(HasSubstr("Linux 6.1.0-28-amd64 makes no device of it")));
}

TEST(Doctor, ReadsTheKernelsRecords) {
  EXPECT_EQ(
      parse_kmsg("6,339,5140900,-;usb 1-1: reset full-speed USB device number 5 using xhci_hcd\n SUBSYSTEM=usb\n"),
      (KernelLine{MonotonicTime(5140900us), "usb 1-1: reset full-speed USB device number 5 using xhci_hcd"}));
  for (const char* bad : {"", ";", " SUBSYSTEM=usb", "6,339;x", "6,339,x,-;text"}) EXPECT_FALSE(parse_kmsg(bad)) << bad;
  EXPECT_EQ(parse_journal(R"({"__MONOTONIC_TIMESTAMP":"5140900","MESSAGE":"usb 1-1: x"})"),
            (KernelLine{MonotonicTime(5140900us), "usb 1-1: x"}));
  for (const char* bad : {"", "[]", "{}", R"({"__MONOTONIC_TIMESTAMP":5,"MESSAGE":"x"})",
                          R"({"__MONOTONIC_TIMESTAMP":"5","MESSAGE":[1]})"})
    EXPECT_FALSE(parse_journal(bad)) << bad;
}

RC_GTEST_PROP(DoctorProperties, AnyBytesOfTheKernelsLogAreReadWithoutHarm, (std::string bytes)) {
  static_cast<void>(parse_kmsg(bytes));
  static_cast<void>(parse_journal(bytes));
  Troubles troubles;
  find_power_trouble({{{MonotonicTime(1s), "usb " + bytes}}, true}, troubles);
  find_interference({{{MonotonicTime(1s), bytes}}, true}, {.switched = {MonotonicTime(1s)}, .gone = {}}, troubles);
}

Record granted(Duration at, const std::string& boot = "b1", const std::string& lane = "main") {
  return {.boot = boot, .at = MonotonicTime(at), .lane = lane, .outcome = Outcome::grant};
}

TEST(Doctor, CountsWhatFollowsARelaysSwitching) {
  const std::vector<GateLane> gates{{"main", 500ms}};
  std::vector<Record> records{granted(10s), granted(20s, "an earlier boot"), granted(30s, "b1", "no gate")};
  records.push_back(
      {.kind = RecordKind::device, .boot = "b1", .at = MonotonicTime(10s + 600ms), .device = "gun", .reason = "down"});
  records.push_back(
      {.kind = RecordKind::device, .boot = "b1", .at = MonotonicTime(40s), .device = "gun", .reason = "down"});
  const auto history = history_of(records, "b1", gates);
  EXPECT_THAT(history.switched, ElementsAre(MonotonicTime(10s), MonotonicTime(10s + 500ms)));
  const auto line = [](Duration at, const char* text) { return KernelLine{MonotonicTime(at), text}; };
  const KernelLog log{
      {line(10s + 200ms, "usb 1-2: reset full-speed USB device number 5 using xhci_hcd"),
       line(10s + 201ms, "usb 1-2: USB disconnect, device number 5"),
       line(10s + 650ms, "usb 1-2: reset full-speed USB device number 5 using xhci_hcd"),
       line(9s, "usb 1-2: USB disconnect, device number 4"), line(20s, "usb 1-2: USB disconnect, device number 6"),
       line(30s, "usb 1-2: USB disconnect, device number 7"), line(10s, "usb 1-2: new full-speed USB device number 8")},
      true};
  Troubles troubles;
  find_interference(log, history, troubles);
  EXPECT_THAT(told(troubles), ElementsAre(AllOf(HasSubstr("usb 1-2: USB reset within 200 ms"), HasSubstr("2 times"),
                                                HasSubstr("snubber"), HasSubstr("ferrite")),
                                          AllOf(HasSubstr("device 'gun': went within 200 ms"), HasSubstr("once"))));
}

TEST(Doctor, TellsOfUndervoltageAndOverCurrent) {
  const auto line = [](const char* text) { return KernelLine{MonotonicTime(5s), text}; };
  Troubles troubles;
  find_power_trouble({{line("hwmon hwmon1: Undervoltage detected!"), line("Under-voltage detected! (0x00050005)"),
                       line("hwmon hwmon1: Voltage normalised"), line("usb 1-1-port2: over-current condition"),
                       line("usb usb1-port1: disabled by hub (EMI?), re-enabling...")},
                      true},
                     troubles);
  EXPECT_THAT(told(troubles),
              ElementsAre(HasSubstr("too little voltage, 2 times"), HasSubstr("usb 1-1-port2: takes more current"),
                          HasSubstr("usb usb1-port1: the hub switched the port off")));
}

}  // namespace
}  // namespace gatepost::doctor
