// Reports: Access-IS LSR118, page 68 (input); HenkVanAsselt/python_hon_usbhid, README (output, answers to commands);
// HID Point of Sale Usage Tables 1.02.
#include "devices/hid_pos_scanner.hpp"

#include <algorithm>

namespace gatepost::lab {
namespace {

constexpr std::uint8_t scan_report = 0x02, command_report = 0xFD, mode_report = 0xFE;
constexpr std::size_t report_size = 64, data_at = 5, data_size = 56, symbology_at = 61, more_at = 63;

const Bytes report_descriptor{
    0x05, 0x8C,        0x09, 0x02, 0xA1,           0x01,                             // bar code scanner
    0x09, 0x12,        0xA1, 0x02,                                                   // scanned data
    0x85, scan_report, 0x15, 0x00, 0x26,           0xFF, 0x00, 0x75, 0x08,           // bytes
    0x95, 0x01,        0x05, 0x01, 0x09,           0x3B, 0x81, 0x02,                 // how many bytes of data
    0x05, 0x8C,        0x09, 0xFB, 0x81,           0x02, 0x09, 0xFC, 0x81, 0x02,     // AIM identifier
    0x09, 0xFD,        0x81, 0x02,                                                   //   of three letters
    0x95, data_size,   0x09, 0xFE, 0x82,           0x02, 0x01,                       // data
    0x95, 0x02,        0x81, 0x03,                                                   // the maker's symbology
    0x95, 0x01,        0x09, 0xFF, 0x81,           0x02, 0xC0,                       // more to come
    0x06, 0x66,        0xFF, 0x85, command_report, 0x09, 0x0A, 0x95, 63,   0x91, 2,  // commands
    0x85, mode_report, 0x09, 0x0B, 0x95,           0x01, 0xB1, 0x02,                 // to be set to 1 before it scans
    0xC0};

}  // namespace

HidPosScanner::HidPosScanner()
    : HidDevice({0x0C2E, 0x0B62, "Gatepost lab", "POS scanner", "LAB-POS-1"}, Speed::full, {report_descriptor}) {}

void HidPosScanner::scan(std::string_view code, std::string_view aim, std::uint8_t maker_symbology) {
  do {
    const auto part = code.substr(0, data_size);
    code.remove_prefix(part.size());
    piece(part, aim, maker_symbology, !code.empty());
  } while (!code.empty());
}

void HidPosScanner::piece(std::string_view data, std::string_view aim, std::uint8_t maker_symbology, bool more) {
  Bytes bytes(report_size);
  bytes[0] = scan_report;
  bytes[1] = static_cast<std::uint8_t>(data.size());
  std::copy_n(aim.begin(), std::min<std::size_t>(aim.size(), 3), bytes.begin() + 2);
  std::copy_n(data.begin(), std::min(data.size(), data_size), bytes.begin() + data_at);
  bytes[symbology_at] = maker_symbology;
  bytes[more_at] = more ? 1 : 0;
  report(std::move(bytes));
}

void HidPosScanner::answer_command(std::string_view command, bool good) {
  constexpr char acknowledge = 0x06, refuse = 0x15;
  piece(std::string(command) + (good ? acknowledge : refuse), "]Z6", 0, false);
}

bool HidPosScanner::hears(std::string_view command, std::chrono::milliseconds patience) const {
  const Bytes wanted = joined({{command_report, static_cast<std::uint8_t>(command.size())}, bytes_of(command)});
  const auto is_wanted = [&](const HostReport& report) {
    return report.data.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), report.data.begin());
  };
  return reports().waits([&](const auto& all) { return std::any_of(all.begin(), all.end(), is_wanted); }, patience);
}

}  // namespace gatepost::lab
