// Scanners on a serial line.
#include <gatepost/descriptor.hpp>
#include <gatepost/framer.hpp>
#include <gatepost/hal/serial_port.hpp>

#include "bytes.hpp"

namespace {

using gatepost::Error;
using gatepost::Framing;
using gatepost::InputHost;
using gatepost::Reading;
using gatepost::Result;
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
  std::string on_open;
  std::string trigger;
  std::string acknowledge;
  std::string reject;
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
    gatepost::field("acknowledge", &Settings::acknowledge, "command sent after each good scan"),
    gatepost::field("reject", &Settings::reject, "command sent after each damaged scan"));

constexpr auto write_patience = 200ms;

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
                                     into("reject", serial::command(settings.reject), scanner->reject_)})
      if (!read) return read.error();
    if (auto good = rules.check(); !good) return good.error();
    return scanner;
  }

  Result<void> run(InputHost& host, std::stop_token stop) override {
    auto port = gatepost::hal::open_serial(address_, {.baud = baud_});
    if (!port) return port.error();
    host.opened((*port)->identity());
    for (const std::string* bytes : {&on_open_, &trigger_})
      if (auto sent = send(**port, *bytes); !sent) return sent.error();
    gatepost::Framer framer(rules_);
    std::vector<Reading> readings;
    std::array<std::byte, 4096> buffer;
    while (!stop.stop_requested()) {
      const auto chunk = (*port)->read(buffer, framer.in_frame() ? rules_.idle : 24h, stop);
      if (!chunk) return chunk.error();
      if (chunk->size > 0)
        framer.feed({reinterpret_cast<const char*>(buffer.data()), chunk->size}, chunk->at, chunk->lost, readings);
      else if (!stop.stop_requested())
        framer.silence(readings);
      for (Reading& reading : readings)
        if (auto handed = hand_over(std::move(reading), host, **port); !handed) return handed.error();
      readings.clear();
    }
    return {};
  }

 private:
  SerialScanner(const Settings& settings, gatepost::hal::Address address)
      : address_(std::move(address)), baud_(settings.baud) {
    rules_.framing = settings.framing;
    rules_.length = settings.length;
    rules_.idle = settings.idle;
    rules_.min_length = settings.min_length;
    rules_.max_length = settings.max_length;
    rules_.aim = settings.aim;
  }

  // The Reading goes first: the scanner can wait for its answer, the person cannot.
  Result<void> hand_over(Reading reading, InputHost& host, gatepost::hal::SerialPort& port) const {
    const bool good = reading.damage == gatepost::Damage::none;
    host.emit(std::move(reading));
    if (auto sent = send(port, good ? acknowledge_ : reject_); !sent) return sent;
    return send(port, trigger_);
  }

  static Result<void> send(gatepost::hal::SerialPort& port, const std::string& bytes) {
    if (bytes.empty()) return {};
    return port.write(std::as_bytes(std::span(bytes)), write_patience);
  }

  const gatepost::hal::Address address_;
  const int baud_;
  gatepost::FrameRules rules_;
  std::string on_open_, trigger_, acknowledge_, reject_;
};

}  // namespace

GATEPOST_INPUT("serial", "scanners on a serial line: RS-232, USB serial, CDC-ACM", table, SerialScanner)
