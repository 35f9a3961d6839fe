#include "pos_feedback.hpp"

#include <array>
#include <cstdio>
#include <string>

namespace usb_hid {
namespace {

using gatepost::Error;
using gatepost::Result;

std::string hex(std::uint8_t number) {
  std::array<char, 3> text{};
  std::snprintf(text.data(), text.size(), "%02X", number);
  return text.data();
}

// Of the whole report, with its number.
Result<std::size_t> size_of(const Report& report, const gatepost::hal::RawHid& device) {
  const auto number = static_cast<std::uint8_t>(report.front());
  const auto size = device.size_of(number);
  if (!size) return size.error();
  if (size->output == 0)
    return Error{"takes no output report " + hex(number), device.identity(),
                 "write a command of this scanner's manual, with the number of its report first"};
  if (report.size() > size->output + 1)
    return Error{"takes " + std::to_string(size->output) + " bytes in its output report " + hex(number) + ", not " +
                     std::to_string(report.size() - 1),
                 device.identity(), "write a shorter command"};
  return size->output + 1;
}

}  // namespace

Result<void> PosFeedback::fits(const gatepost::hal::RawHid& device) const {
  for (const Report* report : {&words_.trigger, &words_.grant, &words_.deny})
    if (!report->empty())
      if (const auto size = size_of(*report, device); !size) return size.error();
  return {};
}

Result<void> PosFeedback::say(const Report& report) {
  if (report.empty()) return {};
  return speaker_.say([&](gatepost::hal::RawHid& device) -> Result<void> {
    const auto size = size_of(report, device);
    if (!size) return size.error();
    Report whole = report;
    whole.resize(*size);
    return device.write(whole);
  });
}

}  // namespace usb_hid
