#include "trial/thing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "devices/acm_serial.hpp"
#include "devices/ch341_serial.hpp"
#include "devices/cp2112.hpp"
#include "devices/dcttech_relay.hpp"
#include "devices/ftdi_serial.hpp"
#include "devices/hid_pos_scanner.hpp"
#include "devices/keyboard_gun.hpp"
#include "devices/modbus_slave.hpp"
#include "devices/uvc_camera.hpp"

namespace gatepost::lab {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    text += fmt::format("{}{:02X}", text.empty() ? "" : " ", static_cast<unsigned char>(byte));
  return text;
}

class Gun final : public Thing {
 public:
  UsbDevice& usb() override { return gun_; }
  std::string node_kind() const override { return "input/event"; }
  Result<void> scan(const std::string& code, const Manner& manner) override {
    gun_.layout = layout_of(manner.layout);
    const std::string text = manner.before + (manner.aim ? "]C0" : "") + code;
    const std::string end = manner.after.empty() ? "\r" : manner.after;
    for (const char32_t letter : letters_of(text + end))
      if (!key_of(gun_.layout, letter))
        return Error{"a gun that types " + manner.layout + " has no key for a letter of it", "the code",
                     "name another code with --code, or use the scanner's serial or POS mode"};
    gun_.type(text + end);
    return {};
  }

 private:
  static Layout layout_of(std::string_view word) {
    return word == "uk" ? Layout::uk : word == "de" ? Layout::de : word == "fr" ? Layout::fr : Layout::us;
  }
  KeyboardGun gun_;
};

class Pos final : public Thing {
 public:
  UsbDevice& usb() override { return scanner_; }
  std::string node_kind() const override { return "hidraw"; }
  Result<void> scan(const std::string& code, const Manner& manner) override {
    scanner_.scan(manner.before + code + manner.after);
    return {};
  }

 private:
  HidPosScanner scanner_;
};

class Camera final : public Thing {
 public:
  Camera() { look_away(); }
  UsbDevice& usb() override { return camera_; }
  std::string node_kind() const override { return "video"; }
  Result<void> scan(const std::string& code, const Manner&) override {
    camera_.show(qr_code(code));
    return {};
  }
  void look_away() override { camera_.show(wall(64, 64, 128)); }

 private:
  UvcCamera camera_;
};

/// A scanner, an LCUS board or a Modbus board, whatever the site makes of it: all three listen on the one line.
template <class Device>
class Line final : public Thing {
 public:
  explicit Line(int unit) {
    if (unit != 0)
      board_ = std::make_unique<ModbusSlave>(line_, static_cast<std::uint8_t>(unit));
    else
      line_.on_bytes([this](std::string_view bytes) { hear(bytes); });
  }
  ~Line() override { line_.unplug(); }

  UsbDevice& usb() override { return line_; }
  std::string node_kind() const override { return std::is_same_v<Device, AcmSerial> ? "ttyACM" : "ttyUSB"; }
  Result<void> scan(const std::string& code, const Manner& manner) override {
    line_.write(manner.before + (manner.aim ? "]C0" : "") + code + manner.after);
    return {};
  }
  std::vector<Move> moves() const override { return board_ ? of_board() : lcus_.all(); }
  void contact(int number, bool closed) override {
    if (board_) board_->input(number, closed);
  }

 private:
  std::vector<Move> of_board() const {
    std::vector<Move> all;
    for (const auto& move : board_->moves().all()) all.push_back({fmt::format("coil {}", move.coil), move.on, move.at});
    // The last words that could have moved anything stand for what was on the wire.
    std::string wire;
    for (const auto& request : board_->requests().all())
      if (request.size() > 1 && (request[1] == 5 || request[1] == 15)) wire = hex(text_of(request));
    if (!all.empty()) all.back().wire = wire;
    return all;
  }

  // LCUS: A0, channel, 1 or 0, and their sum.
  void hear(std::string_view bytes) {
    constexpr std::size_t frame = 4;
    heard_ += bytes;
    while (heard_.size() >= frame) {
      const auto at = [&](std::size_t i) { return unsigned{static_cast<unsigned char>(heard_[i])}; };
      if (at(0) != 0xA0 || at(2) > 1 || ((at(0) + at(1) + at(2)) & 0xFFU) != at(3)) {
        heard_.erase(0, 1);
        continue;
      }
      lcus_.add({fmt::format("channel {}", at(1)), at(2) == 1, Clock::now(), hex(heard_.substr(0, frame))});
      heard_.erase(0, frame);
    }
  }

  Device line_;
  std::unique_ptr<ModbusSlave> board_;
  std::string heard_;  ///< on the line's thread
  Seen<Move> lcus_;
};

class Dcttech final : public Thing {
 public:
  explicit Dcttech(int channels) : board_(channels) {}
  UsbDevice& usb() override { return board_; }
  std::string node_kind() const override { return "hidraw"; }
  std::vector<Move> moves() const override {
    std::vector<Move> all;
    for (const auto& move : board_.moves().all())
      all.push_back({fmt::format("relay {}", move.channel), move.on, move.at,
                     fmt::format("{} {:02X}", move.on ? "FF" : "FD", move.channel)});
    return all;
  }

 private:
  DcttechRelay board_;
};

class Pins final : public Thing {
 public:
  UsbDevice& usb() override { return chip_; }
  std::string node_kind() const override { return "gpiochip"; }
  std::vector<Move> moves() const override {
    std::vector<Move> all;
    for (const auto& move : chip_.moves().all()) all.push_back({fmt::format("pin {}", move.pin), move.high, move.at});
    return all;
  }
  void contact(int number, bool closed) override { chip_.input(number, closed); }

 private:
  Cp2112 chip_;
};

std::unique_ptr<Thing> bare_thing(const Part& part) {
  switch (part.kind) {
    case Kind::keyboard:
      return std::make_unique<Gun>();
    case Kind::pos:
      return std::make_unique<Pos>();
    case Kind::acm:
      return std::make_unique<Line<AcmSerial>>(part.unit);
    case Kind::ftdi:
      return std::make_unique<Line<FtdiSerial>>(part.unit);
    case Kind::ch341:
      return std::make_unique<Line<Ch341Serial>>(part.unit);
    case Kind::dcttech:
      return std::make_unique<Dcttech>(std::max(1, part.channels));
    case Kind::cp2112:
      return std::make_unique<Pins>();
    case Kind::camera:
      return std::make_unique<Camera>();
  }
  return nullptr;
}

}  // namespace

Result<void> Thing::scan(const std::string&, const Manner&) {
  return Error{"is no scanner", usb().bus_id(), "plug in a scanner"};
}

void Thing::contact(int, bool) {}

std::unique_ptr<Thing> make_thing(const Part& part) {
  auto thing = bare_thing(part);
  auto& identity = thing->usb().identity();
  if (part.vendor != 0) identity.vendor = part.vendor;
  if (part.product != 0) identity.product = part.product;
  if (!part.serial.empty()) identity.serial = part.serial;
  if (part.by_id) {
    identity.maker = part.by_id->maker;
    identity.name = part.by_id->name;
    identity.serial.clear();
  }
  return thing;
}

std::string text_of(const Part& part, Thing& thing) {
  const auto& identity = thing.usb().identity();
  return fmt::format("{} {} at {}", to_words(part.kind), text_of(identity.vendor, identity.product),
                     thing.usb().bus_id());
}

}  // namespace gatepost::lab
