// What a site file names, read for the lab: addresses, what is to be plugged in, and codes to scan.
#include "trial/plan.hpp"

#include <gmock/gmock.h>

#include "config/load.hpp"
#include "trial/codes.hpp"
#include "trial/example.hpp"
#include "world/places.hpp"
#include "world/scratch.hpp"

namespace gatepost::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

hal::Address address(const std::string& text) { return *hal::Address::parse(text, "/"); }

TEST(Place, IsTheThingAndWhatOfItIsMeant) {
  const auto parts = [](const std::string& text) {
    const auto place = Place::of(address(text));
    return place ? place->thing + " " + place->of_it : "none";
  };
  EXPECT_EQ(parts("usb:0c2e:0b61@1-1.2"), "usb:0c2e:0b61@1-1.2 ");
  EXPECT_EQ(parts("serial:by-id/usb-X-if00?baud=9600"), "by-id/usb-X-if00 ");
  EXPECT_EQ(parts("modbus:rtu:/dev/ttyUSB0/unit/1/input/3"), "/dev/ttyUSB0 /unit/1/input/3");
  EXPECT_EQ(parts("modbus:rtu:usb:0403:6001@1-3/unit/2"), "usb:0403:6001@1-3 /unit/2");
  EXPECT_EQ(parts("gpio:usb:10c4:ea90@1-4/3,5?active=low"), "usb:10c4:ea90@1-4 /3,5");
  EXPECT_EQ(parts("lcus:/dev/ttyUSB0"), "/dev/ttyUSB0 ");
  EXPECT_EQ(parts("modbus:tcp://192.0.2.1:502/unit/1"), "none");
  EXPECT_EQ(parts("sim:turnstile"), "none");
}

TEST(Place, ComesBackIntoItsAddress) {
  for (const std::string text : {"usb:0c2e:0b61@1-1.2", "modbus:rtu:/dev/ttyUSB0/unit/1?baud=9600", "lcus:/dev/ttyUSB0",
                                 "gpio:gpiochip0/3,5?active=low", "dcttech:usb:16c0:05df@1-1", "input:by-id/usb-X"})
    EXPECT_EQ(Place::of(address(text))->in(address(text)).text(), text);
}

TEST(UsbText, IsReadAndWritten) {
  for (const std::string text :
       {"usb:0c2e:0b61", "usb:0c2e:0b61@1-1.2:1.0", "usb:0c2e:0b61/SN-1", "usb:0c2e:0b61@1-1/2"})
    EXPECT_EQ(UsbText::of(text)->text(), text);
  EXPECT_FALSE(UsbText::of("usb:c2e:0b61"));
}

TEST(ById, TellsWhatADeviceSaysOfItself) {
  const auto ch340 = ById::of("by-id/usb-1a86_USB_Serial-if00-port0");
  ASSERT_TRUE(ch340);
  EXPECT_EQ(ch340->vendor, 0x1a86);
  EXPECT_EQ(ch340->maker, "");
  EXPECT_EQ(ch340->name, "USB_Serial");
  EXPECT_TRUE(ch340->is_converter);
  const auto gun = ById::of("by-id/usb-Honeywell_Scanner_SN-17-event-kbd");
  ASSERT_TRUE(gun);
  EXPECT_EQ(gun->maker + " " + gun->name, "Honeywell Scanner_SN-17");
  EXPECT_FALSE(gun->is_converter);
  EXPECT_EQ(ById::of("by-id/usb-046d_0825_A1-video-index0")->product, 0x0825);
}

TEST(Example, IsThePlainestTextOfAPattern) {
  EXPECT_EQ(example_of("(?P<subject>E[0-9]{6})"), "E000000");
  EXPECT_EQ(example_of("(?P<subject>E[0-9]{6})", "E000101"), "E000101");
  EXPECT_EQ(example_of(R"(ST(?P<subject>\d{3})(?P<valid_until>[0-9]{8})?)", "042"), "ST042");
  EXPECT_EQ(example_of(R"((?:A|B)+\|x?\.)"), "A|.");
  EXPECT_EQ(example_of("(?i)ab|cd"), "ab");
  EXPECT_FALSE(example_of("[^|]+"));
  EXPECT_FALSE(example_of("(ab"));
  EXPECT_FALSE(example_of(R"(\p{N})"));
}

/// A site of these devices, none of which is opened.
class Planned : public testing::Test {
 protected:
  Planned() : folders_{world::plugins_folder()}, catalogue_(plugin::Catalogue::load(folders_)) {
    disk_.write("people.csv", "subject,status\nE000100,blocked\nE000101,active\nE000102,active\n");
  }

  const config::Site& site(const std::string& devices, const std::string& inputs, const std::string& more = "") {
    const auto file = disk_.write(
        "site.yaml", "site: { name: Lab, code: 4017 }\njournal: { file: journal.db }\ndevices:\n" + devices +
                         "credentials: { card: { plugin: pattern, match: 'ST(?P<subject>E[0-9]{6})' } }\n"
                         "policies: { list: { plugin: roster, file: people.csv } }\n"
                         "lanes: { main: { inputs: { " +
                         inputs + " }, credentials: [card], policies: [list]" + more + " } }\n");
    loaded_ = config::load(file, catalogue_);
    EXPECT_TRUE(loaded_.site) << loaded_.shown();
    return *loaded_.site;
  }

 private:
  world::Scratch disk_;
  std::vector<fs::path> folders_;
  plugin::Catalogue catalogue_;
  config::LoadedSite loaded_;
};

std::string kinds_of(const Plan& plan) {
  std::string all;
  for (const auto& part : plan.parts) all += (all.empty() ? "" : ", ") + std::string(to_words(part.kind));
  return all;
}

TEST_F(Planned, EachThingIsPlayedByWhatItsNameMeans) {
  const auto plan = plan_of(site("  a: { plugin: usb_hid, device: 'usb:0c2e:0b61@1-1' }\n"
                                 "  b: { plugin: usb_hid, device: 'usb:0c2e:0b62@1-2', mode: pos }\n"
                                 "  c: { plugin: serial, device: 'serial:by-id/usb-Newland_X-if00' }\n"
                                 "  d: { plugin: serial, device: 'serial:/dev/ttyUSB0' }\n"
                                 "  e: { plugin: uvc_camera, device: 'v4l2:/dev/video0' }\n"
                                 "  g: { plugin: turnstile_relay, board: 'lcus:by-path/pci-usb-0:2:1.0-port0' }\n",
                                 "a: in, b: in, c: in, d: in, e: in", ", actuator: g"),
                            {});
  ASSERT_TRUE(plan) << to_line(plan.error());
  EXPECT_EQ(kinds_of(*plan),
            "keyboard gun, HID POS scanner, CDC-ACM serial device, FT232R converter, UVC camera, CH340 converter");
}

TEST_F(Planned, WhatSharesAChipIsOneThing) {
  const auto plan = plan_of(site("  a: { plugin: contact, device: 'gpio:pinctrl-bcm2711/17' }\n"
                                 "  g: { plugin: turnstile_relay, board: 'gpio:pinctrl-bcm2711/22,27', sensor: "
                                 "'gpio:pinctrl-bcm2711/4' }\n",
                                 "a: in", ", actuator: g"),
                            {});
  ASSERT_TRUE(plan) << to_line(plan.error());
  ASSERT_EQ(plan->parts.size(), 1U);
  EXPECT_THAT(plan->parts[0].lines, ElementsAre("17", "22", "27", "4"));
  EXPECT_EQ(plan->parts[0].pin_of("27"), 2);
}

TEST_F(Planned, WhatCannotBePlayedIsSaidInWords) {
  const auto plan = plan_of(site("  a: { plugin: tcp, listen: '127.0.0.1:0' }\n"
                                 "  b: { plugin: serial, device: 'sim:terminal' }\n"
                                 "  g: { plugin: turnstile_relay, board: 'modbus:tcp://192.0.2.1:502/unit/1' }\n",
                                 "a: in, b: in", ", actuator: g"),
                            {});
  ASSERT_TRUE(plan) << to_line(plan.error());
  EXPECT_EQ(plan->find(0, "device"), nullptr);
  EXPECT_EQ(plan->find(1, "device")->fate, Fate::simulated);
  EXPECT_EQ(plan->find(2, "board")->fate, Fate::not_played);
  EXPECT_THAT(plan->find(2, "board")->why, HasSubstr("no network"));
}

TEST_F(Planned, ACamerasKnobsAreTold) {
  const auto plan =
      plan_of(site("  a: { plugin: uvc_camera, device: 'usb:046d:0825?exposure=5ms&size=640x480' }\n", "a: in"), {});
  ASSERT_TRUE(plan) << to_line(plan.error());
  EXPECT_THAT(knobs_of(*plan, plan->mentions[0]), ElementsAre("exposure"));
}

TEST_F(Planned, AnotherThingTakesThePlace) {
  const auto& gun = site("  gun: { plugin: usb_hid, device: 'usb:0c2e:0a07@1-1' }\n", "gun: in");
  const auto plan = plan_of(gun, {{"gun", *Instead::parse("0c2e:0b61")}});
  ASSERT_TRUE(plan) << to_line(plan.error());
  EXPECT_EQ(plan->parts[0].kind, Kind::keyboard);
  EXPECT_EQ(plan->parts[0].product, 0x0b61);
  EXPECT_EQ(plan->parts[0].port, "1-1");
  EXPECT_EQ(plan_of(gun, {{"gun", *Instead::parse("1a86:7523")}})->parts[0].kind, Kind::ch341);
  EXPECT_EQ(plan_of(gun, {{"gun", *Instead::parse("pos:0c2e:0b62")}})->parts[0].kind, Kind::pos);
  EXPECT_TRUE(plan_of(gun, {{"gun", *Instead::parse("nothing")}})->parts[0].instead->nothing);
  EXPECT_THAT(to_line(plan_of(gun, {{"gum", *Instead::parse("nothing")}}).error()), HasSubstr("no device 'gum'"));
  EXPECT_THAT(to_line(Instead::parse("tank:0c2e:0b61").error()), HasSubstr("keyboard:, pos:"));
}

TEST_F(Planned, CodesAreThoseThatTheLaneLetsPass) {
  const auto& lane = site("  gun: { plugin: usb_hid, device: 'usb:0c2e:0a07@1-1' }\n", "gun: in");
  Codes codes(lane, {});
  const auto& input = lane.lanes[0].inputs[0];
  EXPECT_EQ(codes.next(lane.lanes[0], input), "STE000101");  // E000100 is blocked
  EXPECT_EQ(codes.next(lane.lanes[0], input), "STE000102");
  EXPECT_EQ(codes.next(lane.lanes[0], input), "STE000101");
  EXPECT_TRUE(codes.knows(lane.lanes[0], input));
  Codes given(lane, {{"gun", "X"}});
  EXPECT_EQ(given.next(lane.lanes[0], input), "X");
}

}  // namespace
}  // namespace gatepost::lab
