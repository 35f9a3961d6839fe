#include "read.hpp"

#include <array>
#include <chrono>
#include <gatepost/settling.hpp>
#include <span>

#include "pos.hpp"

namespace usb_hid {
namespace {

namespace hal = gatepost::hal;
using gatepost::Error;
using gatepost::InputHost;
using gatepost::RawInput;
using gatepost::Reading;
using gatepost::Result;
using namespace std::chrono_literals;

constexpr std::size_t pos_report = 64;
constexpr std::uint8_t pos_number = 2;

gatepost::MonotonicTime now() {
  return std::chrono::time_point_cast<gatepost::Duration>(std::chrono::steady_clock::now());
}

void record(const hal::KeyEvent& event, InputHost& host) {
  const auto value = static_cast<std::uint32_t>(event.value);
  std::array<std::byte, 8> bytes;
  for (std::size_t i = 0; i < 8; ++i) {
    const std::uint32_t whole = i < 2 ? event.type : i < 4 ? event.code : value;
    bytes.at(i) = static_cast<std::byte>(whole >> (8 * (i < 4 ? i % 2 : i % 4)));
  }
  host.raw({RawInput::Kind::key, event.at, false, text_of(bytes)});
}

void record(std::span<const std::byte> buffer, const hal::HidReport& report, InputHost& host) {
  if (report.size > 0 || report.lost)
    host.raw({RawInput::Kind::report, report.at, report.lost, text_of(buffer.first(report.size))});
}

void hand_over(std::vector<Reading>& readings, InputHost& host) {
  for (Reading& reading : readings) host.emit(std::move(reading));
  readings.clear();
}

// What a device of this kind sends: point-of-sale reports by number, or blocks that begin with their length.
Result<bool> sends_pos_reports(const hal::RawHid& device) {
  const auto pos = device.size_of(pos_number);
  if (!pos) return pos.error();
  if (pos->input == pos_report - 1) return true;
  const auto block = device.size_of(0);
  if (!block) return block.error();
  if (block->input > 1 && block->input <= pos_report) return false;
  return Error{"sends no reports that are known here", device.identity(),
               "set the scanner to HID POS mode with a code of its manual, or use mode: keyboard"};
}

// After each wait. The Reading goes first: the scanner can wait for its trigger, the person cannot.
Result<void> hand_over(std::vector<Reading>& readings, bool silent, gatepost::Settling& settling,
                       const hal::RawHid& device, usb_hid::PosFeedback& feedback, InputHost& host) {
  const bool again =
      !readings.empty() && settling.over() && feedback.words().trigger_when == gatepost::TriggerWhen::scanned;
  hand_over(readings, host);
  const bool begins = settling.ends(silent, now());
  if (begins) host.opened(device.identity());
  return begins || again ? feedback.say(feedback.words().trigger) : Result<void>();
}

gatepost::Framer::Ignores ignored_by(InputHost& host) {
  return [&host](std::string_view text) { return host.ignores(text); };
}

Result<void> read_pos(hal::RawHid& device, const gatepost::FrameRules& rules, usb_hid::PosFeedback& feedback,
                      InputHost& host, const std::stop_token& stop) {
  usb_hid::PosScans scans({.idle = rules.idle,
                           .terminator = rules.terminator,
                           .prefix = rules.prefix,
                           .min_length = rules.min_length,
                           .max_length = rules.max_length},
                          ignored_by(host));
  scans.joined(now());
  gatepost::Settling settling(now(), rules.idle);
  std::vector<Reading> readings;
  std::array<std::byte, pos_report> buffer;
  while (!stop.stop_requested()) {
    const auto report = device.read(buffer, scans.awaits_silence() ? rules.idle : settling.patience(), stop);
    if (!report) {
      scans.cut("the scanner was gone", readings);
      hand_over(readings, host);
      return report.error();
    }
    record(buffer, *report, host);
    if (report->size > 0)
      scans.report(std::span(buffer).first(report->size), report->at, report->lost, readings);
    else if (!stop.stop_requested())
      scans.silence(readings);
    if (auto done = hand_over(readings, report->size == 0, settling, device, feedback, host); !done) return done;
  }
  return {};
}

// A serial line in disguise: what ends a scan is in the data.
Result<void> read_blocks(hal::RawHid& device, const gatepost::FrameRules& rules, usb_hid::PosFeedback& feedback,
                         InputHost& host, const std::stop_token& stop) {
  gatepost::Framer framer(rules, ignored_by(host));
  framer.joined(now());
  gatepost::Settling settling(now(), rules.idle);
  std::vector<Reading> readings;
  std::array<std::byte, pos_report> buffer;
  while (!stop.stop_requested()) {
    const auto report = device.read(buffer, framer.awaits_silence() ? rules.idle : settling.patience(), stop);
    if (!report) {
      framer.cut("the scanner was gone", readings);
      hand_over(readings, host);
      return report.error();
    }
    record(buffer, *report, host);
    std::string_view data;
    const bool good = report->size == 0 || usb_hid::block_data(std::span(buffer).first(report->size), data);
    if (report->lost || !good) framer.feed({}, report->at, true, readings);
    if (!data.empty())
      framer.feed(data, report->at, false, readings);
    else if (report->size == 0 && !stop.stop_requested())
      framer.silence(readings);
    if (auto done = hand_over(readings, report->size == 0, settling, device, feedback, host); !done) return done;
  }
  return {};
}

}  // namespace

Result<void> read_keyboard(hal::Keyboard& keyboard, const gatepost::FrameRules& rules, InputHost& host,
                           const std::stop_token& stop) {
  gatepost::Framer framer(rules, ignored_by(host));
  framer.joined(now());
  gatepost::Settling settling(now(), rules.idle);
  std::vector<Reading> readings;
  while (!stop.stop_requested()) {
    const auto typed = keyboard.read(framer.awaits_silence() ? rules.idle : settling.patience(), stop);
    for (const auto& event : keyboard.events()) record(event, host);
    if (!typed) {
      framer.cut("the scanner was gone", readings);
      hand_over(readings, host);
      return typed.error();
    }
    if (typed->lost || !typed->text.empty())
      framer.feed(typed->text, typed->at, typed->lost, readings);
    else if (!stop.stop_requested())
      framer.silence(readings);
    hand_over(readings, host);
    if (settling.ends(!typed->lost && typed->text.empty(), now())) host.opened(keyboard.identity());
  }
  return {};
}

Result<void> read_reports(hal::RawHid& device, const gatepost::FrameRules& rules, PosFeedback& feedback,
                          InputHost& host, const std::stop_token& stop) {
  const auto pos = sends_pos_reports(device);
  if (!pos) return pos.error();
  host.raw({RawInput::Kind::descriptor, now(), false, text_of(device.descriptor())});
  return *pos ? read_pos(device, rules, feedback, host, stop) : read_blocks(device, rules, feedback, host, stop);
}

}  // namespace usb_hid
