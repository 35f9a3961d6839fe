// Scanners on a serial line.
#include <gatepost/descriptor.hpp>
#include <gatepost/framing_settings.hpp>
#include <gatepost/hal/device_needs.hpp>
#include <gatepost/hal/serial_port.hpp>
#include <gatepost/scanner_feedback.hpp>
#include <gatepost/settling.hpp>

#include "answers.hpp"
#include "bytes.hpp"

namespace {

using gatepost::Error;
using gatepost::Framing;
using gatepost::InputHost;
using gatepost::RawInput;
using gatepost::Reading;
using gatepost::Result;
using gatepost::TriggerWhen;
using gatepost::hal::SerialPort;
using namespace std::chrono_literals;

struct Settings {
  std::string device;
  int baud = 9600;
  Framing framing = Framing::terminator;
  std::string terminator;
  std::uint16_t length = 0;
  std::chrono::milliseconds idle = 100ms;
  std::string prefix;
  std::uint16_t min_length = 1;
  std::uint16_t max_length = gatepost::max_payload;
  bool aim = false;
  gatepost::Lines lines = gatepost::Lines::one;
  std::string on_open;
  std::string trigger;
  TriggerWhen trigger_when = TriggerWhen::scanned;
  std::string acknowledge;
  std::string reject;
  std::string on_grant;
  std::string on_deny;
};

constexpr auto table = gatepost::settings(
    gatepost::field("device", &Settings::device,
                    "address of the scanner: serial:by-id/…, serial:by-path/…, serial:/dev/…, sim:…")
        .required(),
    gatepost::field("baud", &Settings::baud, "speed of the line; the address may say more: ?parity=even&bits=7")
        .between(50, 4'000'000),
    gatepost::framing_fields<Settings>(), gatepost::lines_field<Settings>(),
    gatepost::field("on_open", &Settings::on_open, "command sent when the port is opened, in hex or by name"),
    gatepost::field("trigger", &Settings::trigger, "command that starts a scan, sent at opening and after each scan"),
    gatepost::trigger_when_field<Settings>(),
    gatepost::field("acknowledge", &Settings::acknowledge, "command sent after each good scan"),
    gatepost::field("reject", &Settings::reject, "command sent after each damaged scan"),
    gatepost::field("on_grant", &Settings::on_grant,
                    "command sent when the lane does not deny: the scanner's own beep or lamp"),
    gatepost::field("on_deny", &Settings::on_deny, "command sent when the lane denies"));

constexpr auto write_patience = 200ms;

gatepost::MonotonicTime now() {
  return std::chrono::time_point_cast<gatepost::Duration>(std::chrono::steady_clock::now());
}

Error at(const char* key, Error error) {
  error.where = key;
  return error;
}

class SerialScanner final : public gatepost::Input {
 public:
  static constexpr std::array suits{
      gatepost::Hardware{0x0c2e, 0, "Honeywell and Metrologic scanners in USB serial mode", "serial"},
      gatepost::Hardware{0x05e0, 0, "Zebra and Symbol scanners in CDC or SSI mode", "serial"},
      gatepost::Hardware{0x1eab, 0, "Newland scanners in USB serial mode", "serial"},
      gatepost::Hardware{0x1a86, 0x7523, "scanner modules behind a CH340", "serial"},
      gatepost::Hardware{0, 0, "scanners on a serial line", "serial"},
  };

  static Result<std::unique_ptr<SerialScanner>> make(const Settings& settings, const gatepost::Instance& instance) {
    auto address = gatepost::hal::Address::parse(settings.device, instance.directory);
    if (!address) return at("device", address.error());
    if (auto told = gatepost::hal::tell(*instance.host, gatepost::hal::serial_needs(*address), "device"); !told)
      return told.error();
    auto rules = gatepost::frame_rules(settings);
    if (!rules) return rules.error();
    std::unique_ptr<SerialScanner> scanner(new SerialScanner(settings, std::move(*address), std::move(*rules)));
    for (const auto& [key, text, place] : {std::tuple("on_open", &settings.on_open, &scanner->on_open_),
                                           std::tuple("trigger", &settings.trigger, &scanner->trigger_),
                                           std::tuple("acknowledge", &settings.acknowledge, &scanner->acknowledge_),
                                           std::tuple("reject", &settings.reject, &scanner->reject_),
                                           std::tuple("on_grant", &settings.on_grant, &scanner->on_grant_),
                                           std::tuple("on_deny", &settings.on_deny, &scanner->on_deny_)}) {
      auto bytes = serial::command(*text);
      if (!bytes) return at(key, bytes.error());
      *place = std::move(*bytes);
    }
    return scanner;
  }

  bool listens() const override {
    return !on_grant_.empty() || !on_deny_.empty() || trigger_when_ == TriggerWhen::ready;
  }
  // A port that takes nothing is gone, and run says so.
  void answered(const gatepost::Feedback& feedback) override {
    static_cast<void>(send(feedback.outcome == gatepost::Outcome::deny ? on_deny_ : on_grant_));
  }
  void ready() override {
    if (trigger_when_ == TriggerWhen::ready) static_cast<void>(send(trigger_));
  }

  Result<void> run(InputHost& host, std::stop_token stop) override {
    const auto opened = gatepost::hal::open_serial(address_, {.baud = baud_});
    if (!opened) return opened.error();
    SerialPort& port = **opened;
    const auto speaking = feedback_.open(port);  // before anybody is told that it can be spoken to
    gatepost::Framer framer(rules_, [&host](std::string_view text) { return host.ignores(text); });
    gatepost::Settling settling(now(), rules_.idle);
    framer.joined(now(), std::exchange(cut_in_a_scan_, false));
    answers_.begin();
    while (!stop.stop_requested()) {
      const auto silent = read(port, framer, settling, host, stop);
      if (!silent) return silent.error();
      if (!settling.ends(*silent, now())) continue;
      if (auto begun = begin(port, host); !begun) return begun;
    }
    return {};
  }

 private:
  SerialScanner(const Settings& settings, gatepost::hal::Address address, gatepost::FrameRules rules)
      : address_(std::move(address)),
        baud_(settings.baud),
        rules_(std::move(rules)),
        trigger_when_(settings.trigger_when) {}

  // Reads once, and hands over what came of it. True: nothing was there.
  Result<bool> read(SerialPort& port, gatepost::Framer& framer, const gatepost::Settling& settling, InputHost& host,
                    const std::stop_token& stop) {
    std::array<std::byte, 4096> buffer;
    const bool in_midst = framer.in_frame() || answers_.holds() || (settling.over() && framer.awaits_silence());
    const gatepost::Duration patience = in_midst ? rules_.idle : settling.patience();
    const auto chunk = port.read(buffer, patience, stop);
    if (!chunk) {
      break_off(framer, host);
      return chunk.error();
    }
    const std::string_view bytes(reinterpret_cast<const char*>(buffer.data()), chunk->size);
    if (chunk->size > 0 || chunk->lost) host.raw({RawInput::Kind::bytes, chunk->at, chunk->lost, bytes});
    std::vector<Reading> readings;
    if (chunk->size > 0)
      feed(framer, bytes, *chunk, readings);
    else if (!stop.stop_requested() && patience >= rules_.idle)
      fall_silent(framer, chunk->at, readings);
    for (Reading& reading : readings)
      if (auto handed = hand_over(std::move(reading), settling.over(), host); !handed) return handed.error();
    return chunk->size == 0;
  }

  void feed(gatepost::Framer& framer, std::string_view bytes, const gatepost::hal::Chunk& chunk,
            std::vector<Reading>& readings) {
    if (!answers_.holds() && !answers_.expects(now())) return framer.feed(bytes, chunk.at, chunk.lost, readings);
    bool lost = chunk.lost;
    answers_.sift(
        bytes, now(), [&] { return framer.in_frame() || lost; },
        [&](std::string_view scanned) { framer.feed(scanned, chunk.at, std::exchange(lost, false), readings); });
  }

  void fall_silent(gatepost::Framer& framer, gatepost::MonotonicTime at, std::vector<Reading>& readings) {
    if (const auto cut = answers_.let_go(); !cut.empty()) framer.feed(cut, at, false, readings);
    framer.silence(readings);
  }

  // The rest of a scan may come when the line is there again.
  void break_off(gatepost::Framer& framer, InputHost& host) {
    std::vector<Reading> readings;
    if (const auto cut = answers_.let_go(); !cut.empty()) framer.feed(cut, now(), false, readings);
    cut_in_a_scan_ = framer.in_frame();
    framer.cut("the line broke off", readings);
    for (Reading& reading : readings) host.emit(std::move(reading));
  }

  // Of one that is up.
  Result<void> begin(const SerialPort& port, InputHost& host) {
    host.opened(port.identity());
    for (const std::string* bytes : {&on_open_, &trigger_})
      if (auto sent = send(*bytes); !sent) return sent;
    return {};
  }

  // The Reading goes first: the scanner can wait for its answer, the person cannot.
  Result<void> hand_over(Reading reading, bool up, InputHost& host) {
    const bool good = reading.damage == gatepost::Damage::none;
    host.emit(std::move(reading));
    if (!up) return {};
    if (auto sent = send(good ? acknowledge_ : reject_); !sent) return sent;
    return trigger_when_ == TriggerWhen::scanned ? send(trigger_) : Result<void>();
  }

  Result<void> send(const std::string& bytes) {
    if (bytes.empty()) return {};
    return feedback_.say([&](SerialPort& port) {
      answers_.sent(bytes, now());
      return port.write(std::as_bytes(std::span(bytes)), write_patience);
    });
  }

  const gatepost::hal::Address address_;
  const int baud_;
  const gatepost::FrameRules rules_;
  const TriggerWhen trigger_when_;
  std::string on_open_, trigger_, acknowledge_, reject_, on_grant_, on_deny_;
  gatepost::ScannerFeedback<SerialPort> feedback_;
  serial::Answers answers_;
  bool cut_in_a_scan_ = false;  ///< the line before this one was
};

}  // namespace

GATEPOST_INPUT("serial", "scanners on a serial line: RS-232, USB serial, CDC-ACM", table, SerialScanner)
