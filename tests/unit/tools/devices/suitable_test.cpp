// Which plugins suit a device, and how a site file names it.
#include "devices/suitable.hpp"

#include <gmock/gmock.h>

#include <array>

namespace gatepost::devices {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct GateSettings {
  std::string board;
};
constexpr auto gate_table = settings(field("board", &GateSettings::board, "the board's address").required());

constexpr std::array lcus{Hardware{0x1a86, 0x7523, "LCUS boards", "serial", "lcus", "board"}};
constexpr std::array numato{Hardware{0x2a19, 0, "Numato boards", "serial"}};

Descriptor described(PluginKind kind, const char* name, std::span<const Hardware> suits) {
  return {sizeof(Descriptor),
          abi_version,
          GATEPOST_TOOLCHAIN,
          kind,
          sdk_version(kind),
          name,
          "a plugin of a test",
          kind == PluginKind::actuator ? [] { return gate_table.infos(); } : [] { return no_settings.infos(); },
          nullptr,
          0,
          suits.data(),
          suits.size(),
          nullptr,
          0,
          0,
          {}};
}

const Descriptor gate = described(PluginKind::actuator, "gate", lcus);
const Descriptor acme = described(PluginKind::board, "acme", numato);

hal::BusDevice converter(std::uint16_t vendor) {
  hal::BusDevice device{};
  device.use = hal::DeviceUse::serial;
  device.address = "usb:thing@1-1";
  device.identity.vendor = vendor;
  device.identity.product = 0x7523;
  return device;
}

std::vector<std::string> lines(std::uint16_t vendor, const plugin::Catalogue& catalogue) {
  std::vector<std::string> all;
  for (const auto& suit : suits_of(converter(vendor), catalogue))
    all.push_back(std::string(suit.plugin->name) + ", " + suit.setting + ": " + suit.address + ", " +
                  std::string(suit.what));
  return all;
}

TEST(Suits, ABoardOfAPluginIsNamedByWhatOpensBoardsAndByItsScheme) {
  plugin::Catalogue catalogue;
  ASSERT_TRUE(catalogue.add(gate) && catalogue.add(acme));
  EXPECT_THAT(lines(0x1a86, catalogue), ElementsAre("gate, board: lcus:usb:thing@1-1, LCUS boards"));
  EXPECT_THAT(lines(0x2a19, catalogue), ElementsAre("gate, board: acme:usb:thing@1-1, Numato boards"));
  EXPECT_THAT(lines(0x0403, catalogue), IsEmpty());
}

TEST(Suits, ABoardThatNobodyOpensIsNoEntryOfASite) {
  plugin::Catalogue catalogue;
  ASSERT_TRUE(catalogue.add(acme));
  EXPECT_THAT(lines(0x2a19, catalogue), IsEmpty());
}

}  // namespace
}  // namespace gatepost::devices
