// What HID devices have in common: a report descriptor, reports, and an interrupt endpoint.
#pragma once

#include "devices/usb_device.hpp"

namespace gatepost::lab {

enum class ReportKind : std::uint8_t { input = 1, output = 2, feature = 3 };

/// A report that the host has sent. `data` begins with the report's number where the device numbers its reports.
struct HostReport {
  ReportKind kind = ReportKind::output;
  std::uint8_t number = 0;
  Bytes data{};
  Clock::time_point at{};
};

class HidDevice : public UsbDevice {
 public:
  /// Sends an input report, at the earliest `gap` after the one before it.
  void report(Bytes report, Clock::duration gap = {}) { send(1, std::move(report), gap); }

  /// All that the host has sent.
  const Seen<HostReport>& reports() const { return reports_; }

  std::string hidraw() const { return node("hidraw"); }

 protected:
  struct Shape {
    Bytes report_descriptor;
    std::uint8_t subclass = 0, protocol = 0;  ///< 1 and 1: a keyboard that a BIOS understands
    std::uint16_t packet = 64;
    std::uint8_t interval = 4;
  };
  HidDevice(Identity identity, Speed speed, Shape shape)
      : UsbDevice(std::move(identity), speed), shape_(std::move(shape)) {}

  /// The host sets an output or feature report; false: refused.
  virtual bool set_report(const HostReport& report);
  /// The host asks for a report; nothing: refused.
  virtual std::optional<Bytes> get_report(ReportKind kind, std::uint8_t number);

 private:
  Bytes configuration() const final;
  std::optional<Bytes> control(const Setup& setup, const Bytes& data) final;
  Bytes hid_descriptor() const;

  Shape shape_;
  Seen<HostReport> reports_;
};

}  // namespace gatepost::lab
