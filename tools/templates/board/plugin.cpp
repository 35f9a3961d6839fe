// @NAME@: an example driver of relay boards, Numato Lab's on USB: told "relay on 0", they echo it and end with a
// prompt. Put your board in its place. Source: numato.com/docs/2-channel-usb-powered-relay-module
#include <gatepost/descriptor.hpp>
#include <gatepost/hal/board.hpp>
#include <gatepost/hal/serial_stream.hpp>
#include <gatepost/hal/text_protocol.hpp>

namespace {
namespace hal = gatepost::hal;
using gatepost::Result;
using namespace std::chrono_literals;
struct Settings {
  std::uint8_t channels = 1;
  std::chrono::milliseconds timeout = 300ms;
};
constexpr auto table =
    gatepost::settings(gatepost::field("channels", &Settings::channels, "how many relays it has").between(1, 10),
                       gatepost::field("timeout", &Settings::timeout, "for an answer").between(10ms, 5s));

class TextBoard final : public hal::Relay {
 public:
  static constexpr std::array suits{gatepost::Hardware{0x2a19, 0, "relay boards of Numato Lab", "serial"}};
  static Result<hal::RelayShape> shape(const Settings& settings, const hal::Address&) {
    return hal::TextProtocol::shape(settings.channels, manner(settings));
  }
  static Result<std::unique_ptr<hal::Relay>> open(const Settings& settings, const hal::Address& address) {
    auto line = hal::serial_stream({"serial", address.target, {}, address.directory}, {.baud = 19200});
    return std::unique_ptr<hal::Relay>(std::make_unique<TextBoard>(settings, std::move(line)));
  }
  TextBoard(const Settings& settings, std::unique_ptr<hal::ByteStream> line)
      : channels_(settings.channels), board_(std::move(line), manner(settings)) {}

  int channels() const override { return channels_; }
  std::string identity() const override { return "relay board at " + board_.identity(); }
  bool reconnects() const override { return true; }
  gatepost::Duration unsettled() const override { return board_.unsettled(); }

  Result<void> set(int channel, bool on, gatepost::BootTime not_after) override {
    const auto done = board_.command((on ? "relay on " : "relay off ") + number(channel), not_after);
    return done ? Result<void>() : done.error();
  }
  Result<std::optional<bool>> read_back(int channel) override {
    const auto state = board_.query("relay read " + number(channel));
    if (!state) return state.error();
    const bool on = state->find("on") != state->npos, off = state->find("off") != state->npos;
    if (on == off)
      return gatepost::Error{"says neither on nor off", identity(), "check that it is what its address says"};
    return std::optional(on);
  }

 private:
  static hal::TextManner manner(const Settings& settings) { return {">", true, settings.timeout}; }
  static std::string number(int channel) { return std::to_string(channel - 1) + "\r"; }
  const int channels_;
  hal::TextProtocol board_;
};

}  // namespace

GATEPOST_BOARD("@NAME@", "relay boards that are told so in text", table, TextBoard)
