#include "linux/dcttech_relay.hpp"

#include <array>
#include <gatepost/hal/deadline.hpp>
#include <gatepost/hal/options.hpp>
#include <mutex>

namespace gatepost::hal {
namespace {

constexpr int most_channels = 8;
constexpr Duration command_time = std::chrono::milliseconds(100);  // two control transfers of a slow device
constexpr std::string_view known_name = "USBRelay";

class DcttechRelay final : public Relay {
 public:
  DcttechRelay(std::unique_ptr<RawHid> device, int channels) : device_(std::move(device)), channels_(channels) {}

  int channels() const override { return channels_; }
  std::string identity() const override { return device_->identity(); }

  Result<void> set(int channel, bool on, BootTime not_after) override {
    if (auto known = check(channel); !known) return known;
    std::array<std::byte, 9> report{};  // [0]: the board does not number its reports
    report[1] = on ? std::byte{0xFF} : std::byte{0xFD};
    report[2] = static_cast<std::byte>(channel);
    const std::scoped_lock lock(mutex_);
    if (BootClock::now() > not_after) return too_late(identity());
    return device_->set_feature(report);
  }

  Result<std::optional<bool>> read_back(int channel) override {
    if (auto known = check(channel); !known) return known.error();
    const auto mask = states();
    if (!mask) return mask.error();
    return std::optional((*mask >> (channel - 1) & 1U) != 0);
  }

  Result<unsigned> states() {
    std::array<std::byte, 9> report{};
    const std::scoped_lock lock(mutex_);
    const auto size = device_->get_feature(report);
    if (!size) return size.error();
    if (*size != report.size())
      return Error{"answers with " + std::to_string(*size) + " bytes instead of 9", identity(),
                   "check that it is a dcttech board: others that look like it speak otherwise"};
    return std::to_integer<unsigned>(report[8]);
  }

 private:
  Result<void> check(int channel) const {
    if (channel >= 1 && channel <= channels_) return {};
    return Error{"has no channel " + std::to_string(channel), identity(),
                 "use 1 to " + std::to_string(channels_) + ", or set channels= in its address"};
  }

  std::mutex mutex_;
  std::unique_ptr<RawHid> device_;
  int channels_;
};

// "USBRelay2" has two. Its USB number is shared by all kinds of hobbyists' devices: another name is no relay board.
Result<int> channels_of(const RawHid& device) {
  const std::string name = device.device().name;
  const auto at = name.find(known_name);
  const char digit = at == std::string::npos || at + known_name.size() + 1 != name.size() ? '0' : name.back();
  if (digit >= '1' && digit <= '0' + most_channels) return digit - '0';
  return Error{"does not call itself USBRelay1 to USBRelay8", device.identity(),
               "name the board's port; if it is one under another name, add ?channels= to its address"};
}

Result<int> channels_option(const Address& address) {
  OptionReader options(address);
  const int channels = static_cast<int>(options.number("channels", 0, 1, most_channels));
  if (auto done = options.done(); !done) return done.error();
  return channels;
}

}  // namespace

// By libusb: a device that leaves a question open keeps hidraw's lock, which is one for all devices, for the five
// seconds that usbhid waits for it (drivers/hid/hidraw.c: minors_rwsem), and no other board moves meanwhile.
Result<Address> dcttech_device(const Address& address) {
  if (address.target.starts_with("usb:"))
    return Address{.scheme = "usb",
                   .target = address.target.substr(4),
                   .options = {{"via", "libusb"}},
                   .directory = address.directory};
  if (address.target.starts_with('/'))
    return Address{.scheme = "hidraw", .target = address.target, .directory = address.directory};
  return Error{"is no address of a dcttech board", address.text().substr(0, 80),
               "write dcttech:usb:16c0:05df@1-1.3 or dcttech:/dev/hidraw0"};
}

Result<RelayShape> dcttech_shape(const Address& address) {
  const auto device = dcttech_device(address);
  if (!device) return device.error();
  const auto channels = channels_option(address);
  if (!channels) return channels.error();
  return RelayShape{.channels = *channels == 0 ? most_channels : *channels,
                    .own_power = false,
                    .command = command_time,
                    .failing = command_time};
}

Result<std::unique_ptr<Relay>> dcttech_on(std::unique_ptr<RawHid> device, int channels) {
  if (channels == 0) {
    const auto named = channels_of(*device);
    if (!named) return named.error();
    channels = *named;
  }
  auto board = std::make_unique<DcttechRelay>(std::move(device), channels);
  if (const auto answers = board->states(); !answers) return answers.error();
  return std::unique_ptr<Relay>(std::move(board));
}

Result<std::unique_ptr<Relay>> open_dcttech(const Address& address) {
  const auto place = dcttech_device(address);
  if (!place) return place.error();
  const auto channels = channels_option(address);
  if (!channels) return channels.error();
  auto device = open_raw_hid(*place);
  if (!device) return device.error();
  return dcttech_on(std::move(*device), *channels);
}

}  // namespace gatepost::hal
