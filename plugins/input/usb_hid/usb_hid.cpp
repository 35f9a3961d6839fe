// Scanners that are keyboards or HID devices.
#include <gatepost/descriptor.hpp>
#include <gatepost/framer.hpp>
#include <gatepost/hal/keyboard.hpp>
#include <gatepost/hal/raw_hid.hpp>

#include "bytes.hpp"
#include "pos.hpp"

namespace {

namespace hal = gatepost::hal;
using gatepost::Choice;
using gatepost::Error;
using gatepost::InputHost;
using gatepost::RawInput;
using gatepost::Reading;
using gatepost::Result;
using hal::KeyLayout;
using namespace std::chrono_literals;

enum class Mode { detect, keyboard, pos };
constexpr auto setting_names(Mode) {
  return std::array{Choice{"auto", Mode::detect}, Choice{"keyboard", Mode::keyboard}, Choice{"pos", Mode::pos}};
}

// The HAL's own enum: its names in a site file are found beside this one.
enum class Layout { us, uk, de, fr };
constexpr auto setting_names(Layout) {
  return std::array{Choice{"us", Layout::us}, Choice{"uk", Layout::uk}, Choice{"de", Layout::de},
                    Choice{"fr", Layout::fr}};
}
constexpr KeyLayout key_layout(Layout layout) {
  constexpr std::array layouts{KeyLayout::us, KeyLayout::uk, KeyLayout::de, KeyLayout::fr};
  return layouts.at(static_cast<std::size_t>(layout));
}

struct Settings {
  std::string device;
  Mode mode = Mode::detect;
  Layout layout = Layout::us;
  std::string terminator;
  std::chrono::milliseconds idle = 100ms;
  std::string prefix;
  std::uint16_t min_length = 1;
  std::uint16_t max_length = gatepost::max_payload;
  bool aim = false;
  std::string on_open;
};

constexpr auto table = gatepost::settings(
    gatepost::field("device", &Settings::device,
                    "address of the scanner: usb:VVVV:PPPP@PORT, input:by-id/…, hidraw:/dev/…, sim:…")
        .required(),
    gatepost::field("mode", &Settings::mode, "how it is read: as a keyboard, or by its point-of-sale reports"),
    gatepost::field("layout", &Settings::layout, "keyboard: the country that the scanner is set to"),
    gatepost::field("terminator", &Settings::terminator,
                    R"(what ends a scan, with \r, \n, \t and \xHH; empty: Enter, that is CR, LF or both)"),
    gatepost::field("idle", &Settings::idle, "the longest pause inside a scan; a longer one damages it")
        .between(1ms, 10s),
    gatepost::field("prefix", &Settings::prefix, "what every scan begins with; it is taken off"),
    gatepost::field("min_length", &Settings::min_length, "a shorter scan is damaged").between(1, gatepost::max_payload),
    gatepost::field("max_length", &Settings::max_length, "a longer scan is damaged").between(1, gatepost::max_payload),
    gatepost::field("aim", &Settings::aim, "keyboard: every scan begins with its AIM identifier, such as ]Q1"),
    gatepost::field("on_open", &Settings::on_open,
                    "pos: feature report sent when the scanner is opened, in hex or by name"));

constexpr std::size_t pos_report = 64;
constexpr std::uint8_t pos_number = 2;

gatepost::MonotonicTime now() {
  return std::chrono::time_point_cast<gatepost::Duration>(std::chrono::steady_clock::now());
}

Error at(const char* key, Error error) {
  error.where = key;
  return error;
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
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

class HidScanner final : public gatepost::Input {
 public:
  static constexpr std::array suits{
      gatepost::Hardware{0x0c2e, 0, "Honeywell and Metrologic scanners in keyboard mode", "keyboard"},
      gatepost::Hardware{0x0c2e, 0, "Honeywell and Metrologic scanners in HID POS mode", "pos"},
      gatepost::Hardware{0x0536, 0, "Hand Held Products scanners in keyboard mode", "keyboard"},
      gatepost::Hardware{0x05e0, 0, "Zebra and Symbol scanners in keyboard mode", "keyboard"},
      gatepost::Hardware{0x05e0, 0, "Zebra and Symbol scanners in HID POS mode", "pos"},
      gatepost::Hardware{0x05e0, 0x0600, "Symbol scanners that send blocks", "raw_hid"},
      gatepost::Hardware{0x05f9, 0, "Datalogic scanners in keyboard mode", "keyboard"},
      gatepost::Hardware{0x05f9, 0, "Datalogic scanners in HID POS mode", "pos"},
      gatepost::Hardware{0x1eab, 0, "Newland scanners in keyboard mode", "keyboard"},
      gatepost::Hardware{0x1eab, 0, "Newland scanners in HID POS mode", "pos"},
      gatepost::Hardware{0, 0, "scanners in keyboard mode", "keyboard"},
      gatepost::Hardware{0, 0, "scanners in HID POS mode", "pos"},
  };

  static Result<std::unique_ptr<HidScanner>> make(const Settings& settings, const gatepost::Instance& instance) {
    auto address = hal::Address::parse(settings.device, instance.directory);
    if (!address) return at("device", address.error());
    auto terminator = gatepost::unescape(settings.terminator);
    if (!terminator) return at("terminator", terminator.error());
    auto prefix = gatepost::unescape(settings.prefix);
    if (!prefix) return at("prefix", prefix.error());
    auto on_open = usb_hid::feature_report(settings.on_open);
    if (!on_open) return at("on_open", on_open.error());
    const gatepost::FrameRules rules{.terminator = std::move(*terminator),
                                     .idle = settings.idle,
                                     .prefix = std::move(*prefix),
                                     .min_length = settings.min_length,
                                     .max_length = settings.max_length,
                                     .aim = settings.aim};
    if (auto good = rules.check(); !good) return good.error();
    return std::unique_ptr<HidScanner>(new HidScanner(settings, std::move(*address), rules, std::move(*on_open)));
  }

  Result<void> run(InputHost& host, std::stop_token stop) override {
    Mode mode = mode_;
    if (mode == Mode::detect) {
      const auto use = hal::hid_use(address_);
      if (!use) return use.error();
      mode = *use == hal::HidUse::keyboard ? Mode::keyboard : Mode::pos;
    }
    return mode == Mode::keyboard ? run_keyboard(host, stop) : run_reports(host, stop);
  }

 private:
  HidScanner(const Settings& settings, hal::Address address, gatepost::FrameRules rules, std::vector<std::byte> on_open)
      : address_(std::move(address)),
        mode_(settings.mode),
        layout_(key_layout(settings.layout)),
        rules_(std::move(rules)),
        on_open_(std::move(on_open)) {}

  Result<void> run_keyboard(InputHost& host, const std::stop_token& stop) {
    if (!keys_) {
      auto keys = hal::load_key_map(layout_);
      if (!keys) return keys.error();
      keys_ = std::move(*keys);
    }
    auto keyboard = hal::open_keyboard(address_, keys_);
    if (!keyboard) return keyboard.error();
    gatepost::Framer framer(rules_);
    framer.joined(now());
    host.opened((*keyboard)->identity());
    std::vector<Reading> readings;
    while (!stop.stop_requested()) {
      const auto typed = (*keyboard)->read(framer.in_frame() ? rules_.idle : 24h, stop);
      for (const auto& event : (*keyboard)->events()) record(event, host);
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
    }
    return {};
  }

  // What a device of this kind sends: point-of-sale reports by number, or blocks that begin with their length.
  static Result<bool> sends_pos_reports(const hal::RawHid& device) {
    const auto pos = device.size_of(pos_number);
    if (!pos) return pos.error();
    if (pos->input == pos_report - 1) return true;
    const auto block = device.size_of(0);
    if (!block) return block.error();
    if (block->input > 1 && block->input <= pos_report) return false;
    return Error{"sends no reports that are known here", device.identity(),
                 "set the scanner to HID POS mode with a code of its manual, or use mode: keyboard"};
  }

  Result<void> run_reports(InputHost& host, const std::stop_token& stop) const {
    auto device = hal::open_raw_hid(address_, hal::page_bar_code);
    if (!device) return device.error();
    const auto pos = sends_pos_reports(**device);
    if (!pos) return pos.error();
    if (!on_open_.empty())
      if (auto set = (*device)->set_feature(on_open_); !set) return set.error();
    host.raw({RawInput::Kind::descriptor, now(), false, text_of((*device)->descriptor())});
    return *pos ? run_pos(**device, host, stop) : run_blocks(**device, host, stop);
  }

  Result<void> run_pos(hal::RawHid& device, InputHost& host, const std::stop_token& stop) const {
    usb_hid::PosScans scans({.idle = rules_.idle,
                             .terminator = rules_.terminator,
                             .prefix = rules_.prefix,
                             .min_length = rules_.min_length,
                             .max_length = rules_.max_length});
    scans.joined(now());
    host.opened(device.identity());
    std::vector<Reading> readings;
    std::array<std::byte, pos_report> buffer;
    while (!stop.stop_requested()) {
      const auto report = device.read(buffer, scans.in_scan() ? rules_.idle : 24h, stop);
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
      hand_over(readings, host);
    }
    return {};
  }

  // A serial line in disguise: what ends a scan is in the data.
  Result<void> run_blocks(hal::RawHid& device, InputHost& host, const std::stop_token& stop) const {
    gatepost::Framer framer(rules_);
    framer.joined(now());
    host.opened(device.identity());
    std::vector<Reading> readings;
    std::array<std::byte, pos_report> buffer;
    while (!stop.stop_requested()) {
      const auto report = device.read(buffer, framer.in_frame() ? rules_.idle : 24h, stop);
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
      hand_over(readings, host);
    }
    return {};
  }

  const hal::Address address_;
  const Mode mode_;
  const KeyLayout layout_;
  const gatepost::FrameRules rules_;
  const std::vector<std::byte> on_open_;
  std::shared_ptr<const hal::KeyMap> keys_;  ///< once they were needed
};

}  // namespace

GATEPOST_INPUT("usb_hid", "scanners that are keyboards or point-of-sale HID devices", table, HidScanner)
