#include "sim/tape_devices.hpp"

#include <algorithm>

#include "linux/key_stream.hpp"
#include "sim/tape_player.hpp"

namespace gatepost::hal {
namespace {

using Kind = TapeEntry::Kind;

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

class TapeSerial final : public SerialPort {
 public:
  explicit TapeSerial(TapePlayer player) : player_(std::move(player)) {}

  Result<Chunk> read(std::span<std::byte> into, Duration timeout, const std::stop_token& stop) override {
    bool lost = false;
    if (rest_.empty()) {
      const auto played = player_.next(timeout, stop);
      if (!played) return played.error();
      at_ = played->at;
      if (played->entry == nullptr) return Chunk{};
      rest_ = bytes_of(played->entry->bytes);
      lost = played->entry->lost;
    }
    const auto given = rest_.first(std::min(rest_.size(), into.size()));
    std::ranges::copy(given, into.begin());
    rest_ = rest_.subspan(given.size());
    return Chunk{.size = given.size(), .at = at_, .lost = lost};
  }

  Result<void> write(std::span<const std::byte>, Duration) override { return {}; }
  std::string identity() const override { return player_.identity(); }

 private:
  TapePlayer player_;
  std::span<const std::byte> rest_{};
  MonotonicTime at_{};
};

input_event event_of(const KeyEvent& key, MonotonicTime at) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
  input_event event{};
  event.input_event_sec = micros / 1'000'000;
  event.input_event_usec = micros % 1'000'000;
  event.type = key.type;
  event.code = key.code;
  event.value = key.value;
  return event;
}

class TapeKeyboard final : public Keyboard {
 public:
  TapeKeyboard(TapePlayer player, const std::shared_ptr<const KeyMap>& map)
      : player_(std::move(player)), stream_(KeyText(map), []() -> Result<KeyState> { return KeyState{}; }) {}

  Result<Typed> read(Duration timeout, const std::stop_token& stop) override {
    while (true) {
      if (Typed typed = stream_.next(); typed.lost || !typed.text.empty()) return typed;
      const auto played = player_.next(timeout, stop);
      if (!played) return played.error();
      if (played->entry == nullptr) return Typed{};
      const input_event event = event_of(played->entry->key, played->at);
      if (auto fed = stream_.feed({&event, 1}); !fed) return fed.error();
    }
  }

  std::string identity() const override { return player_.identity(); }

 private:
  TapePlayer player_;
  KeyStream stream_;
};

class TapeHid final : public RawHid {
 public:
  explicit TapeHid(TapePlayer player) : player_(std::move(player)) {}

  Result<HidReport> read(std::span<std::byte> into, Duration timeout, const std::stop_token& stop) override {
    const auto played = player_.next(timeout, stop);
    if (!played) return played.error();
    if (played->entry == nullptr) return HidReport{};
    const auto report = bytes_of(played->entry->bytes);
    if (report.size() > into.size())
      return Error{"sends a report of " + std::to_string(report.size()) + " bytes", identity(),
                   "give it room for them"};
    std::ranges::copy(report, into.begin());
    return HidReport{.size = report.size(), .at = played->at, .lost = played->entry->lost};
  }

  Result<void> write(std::span<const std::byte>) override { return {}; }
  Result<std::size_t> get_feature(std::span<std::byte>) override {
    return Error{"answers nothing", identity(), "ask the device itself"};
  }
  Result<void> set_feature(std::span<const std::byte>) override { return {}; }
  std::span<const std::byte> descriptor() const override { return bytes_of(player_.tape().descriptor); }
  Identity device() const override { return {.bus = "sim", .name = player_.identity()}; }
  std::string identity() const override { return player_.identity(); }

 private:
  TapePlayer player_;
};

}  // namespace

bool is_tape(const Address& address) { return address.scheme == "sim" && address.target.starts_with("tape/"); }

Result<std::unique_ptr<SerialPort>> open_tape_serial(const Address& address) {
  auto player = TapePlayer::open(address, Kind::bytes);
  if (!player) return player.error();
  return std::unique_ptr<SerialPort>(std::make_unique<TapeSerial>(std::move(*player)));
}

Result<std::unique_ptr<Keyboard>> open_tape_keyboard(const Address& address, const std::shared_ptr<const KeyMap>& map) {
  auto player = TapePlayer::open(address, Kind::key);
  if (!player) return player.error();
  return std::unique_ptr<Keyboard>(std::make_unique<TapeKeyboard>(std::move(*player), map));
}

Result<std::unique_ptr<RawHid>> open_tape_hid(const Address& address) {
  auto player = TapePlayer::open(address, Kind::report);
  if (!player) return player.error();
  return std::unique_ptr<RawHid>(std::make_unique<TapeHid>(std::move(*player)));
}

Result<HidUse> tape_use(const Address& address) {
  const auto tape = Tape::read(address.directory / address.target.substr(address.target.find('/') + 1));
  if (!tape) return tape.error();
  const bool keys = !tape->entries.empty() && tape->entries.front().kind == Kind::key;
  return keys ? HidUse::keyboard : HidUse::reports;
}

}  // namespace gatepost::hal
