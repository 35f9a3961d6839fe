// pavel-a/usb-relay-hid, doc/hidrelay.md; darrylb123/usbrelay, libusbrelay.c.
#include "devices/dcttech_relay.hpp"

namespace gatepost::lab {
namespace {

constexpr std::uint8_t on_one = 0xFF, off_one = 0xFD, on_all = 0xFE, off_all = 0xFC, set_letters = 0xFA;
constexpr std::size_t report_size = 8, letters_size = 5;

// One feature report of eight bytes, without a number.
const Bytes report_descriptor{0x06, 0x00, 0xFF,  // usage page: the maker's own
                              0x09, 0x01,        // usage 1
                              0xA1, 0x01,        // collection: application
                              0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, report_size,  // 8 bytes, 0 to 255
                              0x09, 0x00, 0xB2, 0x02, 0x01,  // feature: data, variable, buffered bytes
                              0xC0};

}  // namespace

DcttechRelay::DcttechRelay(int channels, const std::string& letters)
    : HidDevice({0x16C0, 0x05DF, "www.dcttech.com", "USBRelay" + std::to_string(channels), ""}, Speed::low,
                {report_descriptor, 0, 0, 8, 20}),
      channels_(channels),
      letters_(letters) {
  letters_.resize(letters_size, ' ');
}

std::string DcttechRelay::letters() const {
  const std::scoped_lock lock(mutex());
  return letters_;
}

bool DcttechRelay::becomes(int channel, bool on, std::chrono::milliseconds patience) const {
  return moves_.waits([&](const auto&) { return this->on(channel) == on; }, patience);
}

bool DcttechRelay::set_report(const HostReport& report) {
  if (report.kind != ReportKind::feature || report.data.size() < 2) return false;
  const std::uint8_t command = report.data[0], channel = report.data[1];
  if (command == set_letters && report.data.size() > letters_size) {
    const std::scoped_lock lock(mutex());
    letters_.assign(report.data.begin() + 1, report.data.begin() + 1 + letters_size);
    return true;
  }
  const bool to = command == on_one || command == on_all;
  if (command == on_all || command == off_all)
    for (int i = 1; i <= channels_; ++i) set(i, to);
  else if ((command == on_one || command == off_one) && channel >= 1 && channel <= channels_)
    set(channel, to);
  return true;  // it takes what it does not understand
}

std::optional<Bytes> DcttechRelay::get_report(ReportKind kind, std::uint8_t) {
  if (kind != ReportKind::feature) return {};
  const auto told = static_cast<std::uint8_t>(says >= 0 ? static_cast<unsigned>(says.load()) : state_.load());
  return joined({bytes_of(letters()), {0, 0, told}});
}

void DcttechRelay::set(int channel, bool on) {
  if (stuck) return;
  const unsigned bit = 1U << (channel - 1);
  if (on)
    state_ |= bit;
  else
    state_ &= ~bit;
  moves_.add({channel, on, Clock::now()});
}

}  // namespace gatepost::lab
