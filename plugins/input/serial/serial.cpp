// Scanners on a serial line.
#include <gatepost/descriptor.hpp>
#include <gatepost/framer.hpp>
#include <gatepost/hal/serial_port.hpp>
#include <mutex>

#include "bytes.hpp"

namespace {

using gatepost::Error;
using gatepost::Framing;
using gatepost::InputHost;
using gatepost::RawInput;
using gatepost::Reading;
using gatepost::Result;
using gatepost::hal::SerialPort;
using namespace std::chrono_literals;

enum class TriggerWhen { scanned, ready };
constexpr auto setting_names(TriggerWhen) {
  return std::array{gatepost::Choice{"scanned", TriggerWhen::scanned}, gatepost::Choice{"ready", TriggerWhen::ready}};
}

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
    gatepost::field("framing", &Settings::framing, "what ends a scan: a terminator, its length, or silence"),
    gatepost::field("terminator", &Settings::terminator,
                    R"(bytes that end a scan, with \r, \n, \t and \xHH; empty: CR, LF or both)"),
    gatepost::field("length", &Settings::length, "bytes of a scan, for framing: length")
        .between(0, gatepost::max_payload),
    gatepost::field("idle", &Settings::idle, "the longest pause inside a scan; a longer one ends it or damages it")
        .between(1ms, 10s),
    gatepost::field("prefix", &Settings::prefix, "bytes that every scan begins with; they are taken off"),
    gatepost::field("min_length", &Settings::min_length, "a shorter scan is damaged").between(1, gatepost::max_payload),
    gatepost::field("max_length", &Settings::max_length, "a longer scan is damaged").between(1, gatepost::max_payload),
    gatepost::field("aim", &Settings::aim, "every scan begins with its AIM identifier, such as ]Q1"),
    gatepost::field("on_open", &Settings::on_open, "command sent when the port is opened, in hex or by name"),
    gatepost::field("trigger", &Settings::trigger, "command that starts a scan, sent at opening and after each scan"),
    gatepost::field(
        "trigger_when", &Settings::trigger_when,
        "scanned: after each scan; ready: when whoever was let in has passed, so that nobody scans meanwhile"),
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
    std::unique_ptr<SerialScanner> scanner(new SerialScanner(settings, std::move(*address)));
    const auto into = [](const char* key, auto bytes, std::string& place) -> Result<void> {
      if (!bytes) return at(key, bytes.error());
      place = std::move(*bytes);
      return {};
    };
    auto& rules = scanner->rules_;
    for (const Result<void>& read : {into("terminator", gatepost::unescape(settings.terminator), rules.terminator),
                                     into("prefix", gatepost::unescape(settings.prefix), rules.prefix),
                                     into("on_open", serial::command(settings.on_open), scanner->on_open_),
                                     into("trigger", serial::command(settings.trigger), scanner->trigger_),
                                     into("acknowledge", serial::command(settings.acknowledge), scanner->acknowledge_),
                                     into("reject", serial::command(settings.reject), scanner->reject_),
                                     into("on_grant", serial::command(settings.on_grant), scanner->on_grant_),
                                     into("on_deny", serial::command(settings.on_deny), scanner->on_deny_)})
      if (!read) return read.error();
    if (auto good = rules.check(); !good) return good.error();
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
    auto opened = gatepost::hal::open_serial(address_, {.baud = baud_});
    if (!opened) return opened.error();
    const std::shared_ptr<SerialPort> port = std::move(*opened);
    const Reachable reachable(*this, port);  // before anybody is told that it can be spoken to
    gatepost::Framer framer(rules_);
    gatepost::Settling settling(now(), rules_.idle);
    framer.joined(now());
    while (!stop.stop_requested()) {
      const auto silent = read(framer, settling, host, stop);
      if (!silent) return silent.error();
      if (!settling.ends(*silent, now())) continue;
      if (auto begun = begin(host); !begun) return begun;
    }
    return {};
  }

 private:
  SerialScanner(const Settings& settings, gatepost::hal::Address address)
      : address_(std::move(address)), baud_(settings.baud), trigger_when_(settings.trigger_when) {
    rules_.framing = settings.framing;
    rules_.length = settings.length;
    rules_.idle = settings.idle;
    rules_.min_length = settings.min_length;
    rules_.max_length = settings.max_length;
    rules_.aim = settings.aim;
  }

  // While it lives the lane's answers reach the scanner.
  class Reachable {
   public:
    Reachable(SerialScanner& scanner, std::shared_ptr<SerialPort> port) : scanner_(scanner) { put(std::move(port)); }
    Reachable(const Reachable&) = delete;
    Reachable& operator=(const Reachable&) = delete;
    ~Reachable() { put(nullptr); }

   private:
    void put(std::shared_ptr<SerialPort> port) {
      const std::scoped_lock lock(scanner_.writing_);
      scanner_.port_ = std::move(port);
    }
    SerialScanner& scanner_;
  };

  // Reads once, and hands over what came of it. True: nothing was there.
  Result<bool> read(gatepost::Framer& framer, const gatepost::Settling& settling, InputHost& host,
                    const std::stop_token& stop) {
    std::array<std::byte, 4096> buffer;
    const auto chunk = port_->read(buffer, framer.in_frame() ? rules_.idle : settling.patience(), stop);
    if (!chunk) return chunk.error();
    const std::string_view bytes(reinterpret_cast<const char*>(buffer.data()), chunk->size);
    if (chunk->size > 0 || chunk->lost) host.raw({RawInput::Kind::bytes, chunk->at, chunk->lost, bytes});
    std::vector<Reading> readings;
    if (chunk->size > 0)
      framer.feed(bytes, chunk->at, chunk->lost, readings);
    else if (!stop.stop_requested())
      framer.silence(readings);
    for (Reading& reading : readings)
      if (auto handed = hand_over(std::move(reading), settling.over(), host); !handed) return handed.error();
    return chunk->size == 0;
  }

  // Of one that is up.
  Result<void> begin(InputHost& host) {
    host.opened(port_->identity());
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

  // From run's thread and from the one that tells the lane's answers: a command's bytes stay together.
  Result<void> send(const std::string& bytes) {
    const std::scoped_lock lock(writing_);
    if (bytes.empty() || !port_) return {};
    return port_->write(std::as_bytes(std::span(bytes)), write_patience);
  }

  const gatepost::hal::Address address_;
  const int baud_;
  gatepost::FrameRules rules_;
  const TriggerWhen trigger_when_;
  std::string on_open_, trigger_, acknowledge_, reject_, on_grant_, on_deny_;
  std::mutex writing_;
  std::shared_ptr<SerialPort> port_;  ///< null while it is not open
};

}  // namespace

GATEPOST_INPUT("serial", "scanners on a serial line: RS-232, USB serial, CDC-ACM", table, SerialScanner)
