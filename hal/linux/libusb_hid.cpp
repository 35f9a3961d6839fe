#include "linux/libusb_hid.hpp"

#include <poll.h>

#include <algorithm>

#include "hid_descriptor.hpp"
#include "linux/report_pump.hpp"
#include "linux/usb_claim.hpp"

namespace gatepost::hal {
namespace {

constexpr unsigned patience = 1000;  // milliseconds
constexpr std::uint8_t get_report = 0x01, set_report = 0x09;
constexpr std::uint16_t output = 0x0200, feature = 0x0300;
constexpr std::uint8_t to_device = 0x21, from_device = 0xA1;  // class requests to an interface

std::size_t largest_input(const std::vector<std::byte>& descriptor) {
  std::size_t largest = 0;
  if (const auto parsed = HidDescriptor::parse(descriptor))
    for (const auto& [number, bits] : parsed->reports)
      largest = std::max<std::size_t>(largest, (bits.input + 7) / 8 + (parsed->numbered ? 1 : 0));
  return largest;
}

class LibusbHid final : public RawHid {
 public:
  LibusbHid(UsbContext context, UsbClaim claim, Identity device)
      : context_(std::move(context)), claim_(std::move(claim)), device_(std::move(device)) {}

  Result<void> begin() {
    const std::size_t largest = largest_input(claim_.report_descriptor());
    if (claim_.interface().in == 0 || largest == 0) return {};  // such as a relay board: it has nothing to say unasked
    auto stop_event = StopEvent::make();
    auto arrivals = StopEvent::make();
    if (!stop_event || !arrivals) return (stop_event ? arrivals : stop_event).error();
    stop_event_.emplace(std::move(*stop_event));
    pump_ = std::make_unique<ReportPump>(*context_, claim_, largest, std::move(*arrivals));
    return {};
  }

  Result<HidReport> read(std::span<std::byte> into, Duration timeout, const std::stop_token& stop) override {
    if (!pump_) return Error{"sends no reports", identity(), "use it as what it is: see its settings"};
    while (true) {
      if (const auto arrival = pump_->take()) return given(*arrival, into);
      const Woken woken = wait_for(pump_->descriptor(), POLLIN, timeout, *stop_event_, stop);
      if (woken == Woken::timed_out || woken == Woken::stopped)
        return HidReport{.at = std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now())};
    }
  }

  Result<void> write(std::span<const std::byte> report) override {
    if (claim_.interface().out == 0) return send(output, report);
    const auto bytes = without_zero(report);
    std::vector<unsigned char> sent(bytes.size());
    std::ranges::transform(bytes, sent.begin(), [](std::byte byte) { return std::to_integer<unsigned char>(byte); });
    int taken = 0;
    const int code = libusb_interrupt_transfer(claim_.handle(), claim_.interface().out, sent.data(),
                                               static_cast<int>(sent.size()), &taken, patience);
    if (code != 0) return failed("does not take the report", code);
    return {};
  }

  Result<std::size_t> get_feature(std::span<std::byte> report) override {
    if (report.empty()) return std::size_t{0};
    const auto number = std::to_integer<std::uint16_t>(report[0]);
    const auto place = number == 0 ? report.subspan(1) : report;
    const int size =
        libusb_control_transfer(claim_.handle(), from_device, get_report, static_cast<std::uint16_t>(feature | number),
                                static_cast<std::uint16_t>(claim_.interface().number),
                                reinterpret_cast<unsigned char*>(place.data()), length(place), patience);
    if (size < 0) return failed("does not give its feature report", size);
    return static_cast<std::size_t>(size) + (number == 0 ? 1 : 0);
  }

  Result<void> set_feature(std::span<const std::byte> report) override { return send(feature, report); }

  std::span<const std::byte> descriptor() const override { return claim_.report_descriptor(); }
  Identity device() const override { return device_; }
  std::string identity() const override { return device_.text(); }

 private:
  static std::uint16_t length(std::span<const std::byte> bytes) {
    return static_cast<std::uint16_t>(std::min<std::size_t>(bytes.size(), 0xFFFF));
  }

  static std::span<const std::byte> without_zero(std::span<const std::byte> report) {
    return !report.empty() && report[0] == std::byte{0} ? report.subspan(1) : report;
  }

  Result<void> send(std::uint16_t kind, std::span<const std::byte> report) {
    const auto number = report.empty() ? std::uint16_t{0} : std::to_integer<std::uint16_t>(report[0]);
    const auto bytes = without_zero(report);
    std::vector<std::byte> sent(bytes.begin(), bytes.end());
    const int size =
        libusb_control_transfer(claim_.handle(), to_device, set_report, static_cast<std::uint16_t>(kind | number),
                                static_cast<std::uint16_t>(claim_.interface().number),
                                reinterpret_cast<unsigned char*>(sent.data()), length(sent), patience);
    if (size < 0) return failed("does not take the report", size);
    return {};
  }

  Result<HidReport> given(const ReportPump::Arrival& arrival, std::span<std::byte> into) const {
    if (arrival.status == LIBUSB_TRANSFER_OVERFLOW || arrival.bytes.size() > into.size())
      return Error{"sends a larger report than its descriptor says or is expected", identity(),
                   "use it as what it is: see the settings mode and device"};
    if (arrival.status == LIBUSB_TRANSFER_STALL)
      return Error{"refuses to send its reports", identity(), "plug it in again"};
    if (arrival.status != LIBUSB_TRANSFER_COMPLETED) return gone();
    std::ranges::copy(arrival.bytes, into.begin());
    return HidReport{.size = arrival.bytes.size(), .at = arrival.at};
  }

  Error failed(const std::string& what, int code) const {
    if (code == LIBUSB_ERROR_NO_DEVICE) return gone();
    return {what + ": " + libusb_strerror(code), identity(), "check that it is the device that the settings are for"};
  }
  Error gone() const { return {"the device is gone", identity(), "plug it in again"}; }

  UsbContext context_;
  UsbClaim claim_;
  Identity device_;
  std::optional<StopEvent> stop_event_;
  std::unique_ptr<ReportPump> pump_;
};

}  // namespace

Result<std::unique_ptr<RawHid>> open_libusb_hid(const UsbDevice& device, std::optional<std::uint16_t> page) {
  libusb_context* made = nullptr;
  if (const int code = libusb_init(&made); code != 0)
    return Error{std::string("libusb does not start: ") + libusb_strerror(code), device.identity.text(),
                 "check that /dev/bus/usb is there"};
  UsbContext context(made);
  auto claim = UsbClaim::make(*context, device, page);
  if (!claim) return claim.error();
  auto hid = std::make_unique<LibusbHid>(std::move(context), std::move(*claim), device.identity);
  if (auto begun = hid->begin(); !begun) return begun.error();
  return std::unique_ptr<RawHid>(std::move(hid));
}

}  // namespace gatepost::hal
