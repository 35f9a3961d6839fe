// Scanners that are keyboards or HID devices.
#include <gatepost/descriptor.hpp>
#include <gatepost/framing_settings.hpp>
#include <gatepost/hal/device_needs.hpp>
#include <gatepost/hal/keyboard.hpp>
#include <gatepost/hal/raw_hid.hpp>

#include "bytes.hpp"
#include "pos_feedback.hpp"
#include "read.hpp"

namespace {

namespace hal = gatepost::hal;
using gatepost::Choice;
using gatepost::Error;
using gatepost::InputHost;
using gatepost::Result;
using gatepost::TriggerWhen;
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
  gatepost::Lines lines = gatepost::Lines::one;
  std::string on_open;
  std::string trigger;
  TriggerWhen trigger_when = TriggerWhen::scanned;
  std::string on_grant;
  std::string on_deny;
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
    gatepost::lines_field<Settings>(),
    gatepost::field("on_open", &Settings::on_open,
                    "pos: feature report sent when the scanner is opened, in hex or by name"),
    gatepost::field("trigger", &Settings::trigger,
                    "pos: output report that starts a scan, sent at opening and after each scan, in hex or by name"),
    gatepost::trigger_when_field<Settings>(),
    gatepost::field("on_grant", &Settings::on_grant,
                    "pos: output report sent when the lane does not deny: the scanner's own beep or lamp"),
    gatepost::field("on_deny", &Settings::on_deny, "pos: output report sent when the lane denies"));

Error at(const char* key, Error error) {
  error.where = key;
  return error;
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
    if (auto told = hal::tell(*instance.host, needs_of(*address, settings.mode), "device"); !told) return told.error();
    auto rules = gatepost::frame_rules(settings);
    if (!rules) return rules.error();
    auto on_open = usb_hid::feature_report(settings.on_open);
    if (!on_open) return at("on_open", on_open.error());
    auto words = words_of(settings);
    if (!words) return words.error();
    if (words->any() && settings.mode == Mode::keyboard) return deaf(settings.device);
    return std::unique_ptr<HidScanner>(
        new HidScanner(settings, std::move(*address), std::move(*rules), std::move(*on_open), std::move(*words)));
  }

  bool listens() const override {
    const auto& words = feedback_.words();
    return !words.grant.empty() || !words.deny.empty() ||
           (!words.trigger.empty() && words.trigger_when == TriggerWhen::ready);
  }
  // A device that takes nothing is gone, and run says so.
  void answered(const gatepost::Feedback& feedback) override {
    const auto& words = feedback_.words();
    static_cast<void>(feedback_.say(feedback.outcome == gatepost::Outcome::deny ? words.deny : words.grant));
  }
  void ready() override {
    const auto& words = feedback_.words();
    if (words.trigger_when == TriggerWhen::ready) static_cast<void>(feedback_.say(words.trigger));
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
  HidScanner(const Settings& settings, hal::Address address, gatepost::FrameRules rules, std::vector<std::byte> on_open,
             usb_hid::Words words)
      : address_(std::move(address)),
        mode_(settings.mode),
        layout_(key_layout(settings.layout)),
        rules_(std::move(rules)),
        on_open_(std::move(on_open)),
        feedback_(std::move(words)) {}

  // How a device on USB is read is found out when it is opened; until then all options may be right.
  static Result<hal::DeviceNeeds> needs_of(const hal::Address& address, Mode mode) {
    const bool reports = address.scheme == "hidraw" || address.scheme == "usb" || address.target.starts_with("hid/");
    const bool keys = mode == Mode::keyboard || (mode == Mode::detect && !reports);
    return keys ? hal::keyboard_needs(address) : hal::raw_hid_needs(address);
  }

  static Result<usb_hid::Words> words_of(const Settings& settings) {
    usb_hid::Words words{.trigger_when = settings.trigger_when};
    for (const auto& [key, text, into] : {std::tuple("trigger", &settings.trigger, &words.trigger),
                                          std::tuple("on_grant", &settings.on_grant, &words.grant),
                                          std::tuple("on_deny", &settings.on_deny, &words.deny)}) {
      auto report = usb_hid::output_report(*text);
      if (!report) return at(key, report.error());
      *into = std::move(*report);
    }
    return words;
  }

  static Error deaf(const std::string& device) {
    return {"a scanner in keyboard mode can be told nothing", device,
            "set the scanner to HID POS mode, or leave out trigger, on_grant and on_deny"};
  }

  Result<void> run_keyboard(InputHost& host, const std::stop_token& stop) {
    if (!keys_) {
      auto keys = hal::load_key_map(layout_);
      if (!keys) return keys.error();
      keys_ = std::move(*keys);
    }
    if (feedback_.words().any()) return deaf(address_.text());
    const auto keyboard = hal::open_keyboard(address_, keys_);
    return keyboard ? usb_hid::read_keyboard(**keyboard, rules_, host, stop) : keyboard.error();
  }

  Result<void> run_reports(InputHost& host, const std::stop_token& stop) {
    const auto opened = hal::open_raw_hid(address_, hal::page_bar_code);
    if (!opened) return opened.error();
    hal::RawHid& device = **opened;
    if (auto fit = feedback_.fits(device); !fit) return fit;
    if (!on_open_.empty())
      if (auto set = device.set_feature(on_open_); !set) return set.error();
    const auto speaking = feedback_.open(device);  // before anybody is told that it can be spoken to
    return usb_hid::read_reports(device, rules_, feedback_, host, stop);
  }

  const hal::Address address_;
  const Mode mode_;
  const KeyLayout layout_;
  const gatepost::FrameRules rules_;
  const std::vector<std::byte> on_open_;
  usb_hid::PosFeedback feedback_;
  std::shared_ptr<const hal::KeyMap> keys_;  ///< once they were needed
};

}  // namespace

GATEPOST_INPUT("usb_hid", "scanners that are keyboards or point-of-sale HID devices", table, HidScanner)
