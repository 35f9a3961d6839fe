// What every plugin of kind board must keep to. `address` says how the board is named, with the word DEVICE where its
// line stands, and `device` the program that plays it; without them what needs a device is left out.
#include "board.hpp"

#include <gmock/gmock.h>

#include <future>
#include <gatepost/hal/board.hpp>

#include "device.hpp"
#include "world/guards.hpp"

namespace gatepost::conformance {
namespace {

using namespace std::chrono_literals;
using hal::Address;
using hal::Relay;
using Opened = Result<std::unique_ptr<Relay>>;
using Clock = Device::Clock;

constexpr Duration busy_machine = 500ms;

const hal::BoardDriver& driver() { return *specimen->descriptor->make.board; }

Address parsed(const std::string& text) {
  const auto address = Address::parse(text, std::filesystem::current_path());
  return address ? *address : Address{.scheme = "none", .target = "none"};
}

std::string given(const char* key) {
  const auto found = specimen->given.find(key);
  return found == specimen->given.end() ? std::string() : found->second;
}

std::string option_text(const Value& value) {
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "yes" : "no";
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) return std::to_string(*number);
  if (const auto* time = std::get_if<Duration>(&value)) return std::to_string(*time / 1us) + "us";
  if (const auto* path = std::get_if<std::filesystem::path>(&value)) return path->string();
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? "" : *text;
}

class Board : public testing::Test {
 protected:
  void SetUp() override {
    if (specimen->descriptor->kind != PluginKind::board) GTEST_SKIP() << "only for boards";
    if (driver().version != hal::relay_version) GTEST_FAIL() << "was built for another version of hal";
  }
  hal::RelayShape shape_of(const Address& address) {
    const auto shape = driver().shape(address);
    EXPECT_TRUE(shape) << to_line(shape.error());
    return shape ? *shape : hal::RelayShape{};
  }
};

// With the device that its author brings.
class BoardWithDevice : public Board {
 protected:
  void SetUp() override {
    Board::SetUp();
    if (IsSkipped()) return;
    if (given("address").empty() || given("device").empty())
      GTEST_SKIP() << "no device to talk to: conformance.settings says neither address= nor device=";
    device_.emplace(given("device"));
    address_ = parsed(board_address(*specimen, device_->name()));
    shape_ = shape_of(address_);
    auto opened = driver().open(address_);
    ASSERT_TRUE(opened) << to_line(opened.error());
    board_ = std::move(*opened);
  }
  void expect_state(int channel, bool on) {
    const auto state = board_->read_back(channel);
    ASSERT_TRUE(state) << to_line(state.error());
    if (*state) {
      EXPECT_EQ(**state, on) << "channel " << channel;
    }
  }

  std::optional<Device> device_;
  Address address_;
  hal::RelayShape shape_;
  std::unique_ptr<Relay> board_;
};

TEST_F(Board, HasASchemeOfItsOwn) {
  const std::string name = specimen->descriptor->name;
  EXPECT_FALSE(hal::is_own_scheme(name)) << "hal's own driver of " << name << ": is taken instead of this one";
  for (const char* taken : {"usb", "input", "hidraw", "serial", "v4l2"})
    EXPECT_NE(name, taken) << "is another's scheme";
}

TEST_F(Board, SaysWhatItIsWithoutTouchingADevice) {
  const auto files = entries_of("/proc/self/fd"), threads = entries_of("/proc/self/task");
  const auto shape = shape_of(parsed(board_address(*specimen, "/dev/no-such-device")));
  EXPECT_GE(shape.channels, 1);
  EXPECT_LE(shape.channels, 64);
  EXPECT_GE(shape.inputs, 0);
  EXPECT_GT(shape.command, 0ns) << "how long a gate stays open after a kill follows from it";
  EXPECT_GE(shape.failing, shape.command);
  EXPECT_GE(shape.settle, 0ns);
  EXPECT_GT(shape.poll, 0ns);
  if (shape.pulse_step) {
    EXPECT_GT(*shape.pulse_step, 0ns);
  }
  EXPECT_EQ(entries_of("/proc/self/fd"), files);
  EXPECT_EQ(entries_of("/proc/self/task"), threads);
}

TEST_F(Board, NamesWhatIsWrongWithAnAddress) {
  auto address = parsed(board_address(*specimen, "/dev/no-such-device"));
  const auto begun = Clock::now();
  const auto absent = driver().open(address);
  if (absent)  // it connects when it is told something
    EXPECT_FALSE((*absent)->set(1, false));
  else
    expect_helpful(absent.error());
  EXPECT_LE(Clock::now() - begun, shape_of(address).failing + busy_machine);
  address.options["no_such_option"] = "1";
  const auto unknown = driver().shape(address);
  ASSERT_FALSE(unknown) << "what nobody reads is an error";
  expect_helpful(unknown.error());
  EXPECT_FALSE(unknown.error().where.empty());
  for (const std::string& target : {std::string("/"), std::string("../../etc/passwd"), std::string(900, 'A'),
                                    std::string("\x1b[2J\xff\xfe"), std::string("%s%n$(reboot)';--")}) {
    const auto refused = driver().open({specimen->descriptor->name, target, {}, "/"});
    if (!refused) expect_helpful(refused.error());
  }
}

TEST_F(BoardWithDevice, GoesToRestAndSaysSo) {
  for (int channel = 1; channel <= shape_.channels; ++channel) {
    const auto rested = board_->set(channel, false);
    ASSERT_TRUE(rested) << to_line(rested.error());
    expect_state(channel, false);
  }
  EXPECT_EQ(board_->unsettled(), 0ns) << "nothing has failed";
}

TEST_F(BoardWithDevice, ReadsBackWhatItWasToldAndNoOther) {
  for (int channel = 1; channel <= shape_.channels; ++channel) ASSERT_TRUE(board_->set(channel, false));
  for (int channel = 1; channel <= shape_.channels; ++channel) {
    const auto switched = board_->set(channel, true, BootClock::now() + 10s);
    ASSERT_TRUE(switched) << to_line(switched.error());
    for (int other = 1; other <= shape_.channels; ++other) expect_state(other, other == channel);
    ASSERT_TRUE(board_->set(channel, false));
  }
}

TEST_F(BoardWithDevice, RefusesChannelsAndInputsThatItLacks) {
  ASSERT_TRUE(board_->set(1, false));
  const auto before = device_->sent();
  for (const int channel : {-1, 0, shape_.channels + 1, 1000}) {
    for (const auto& refused : {board_->set(channel, true, BootClock::now() + 10s), board_->hold(channel, true, 1s)}) {
      ASSERT_FALSE(refused) << channel;
      expect_helpful(refused.error());
    }
    EXPECT_FALSE(board_->read_back(channel)) << channel;
  }
  for (const int input : {-1, 0, shape_.inputs + 1}) EXPECT_FALSE(board_->input(input)) << input;
  EXPECT_EQ(device_->sent(), before) << "the device was told something";
}

TEST_F(BoardWithDevice, SendsNoCommandThatIsTooLate) {
  ASSERT_TRUE(board_->set(1, false));
  const auto before = device_->sent();
  const auto late = board_->set(1, true, BootClock::now() - 1s);
  ASSERT_FALSE(late);
  expect_helpful(late.error());
  EXPECT_FALSE(board_->pulse(1, shape_.pulse_step.value_or(100ms), BootClock::now() - 1s));
  EXPECT_EQ(device_->sent(), before) << "the device was told something";
  expect_state(1, false);
}

// Behind another one that the board does not answer.
TEST_F(BoardWithDevice, SendsNoCommandThatHasWaitedForTooLong) {
  constexpr auto patience = 30ms;
  ASSERT_TRUE(board_->set(1, false));
  const auto before = device_->sent();
  device_->freeze(true);
  auto first = std::async(std::launch::async, [&] { return board_->set(1, false); });
  ASSERT_TRUE(world::soon([&] { return device_->sent() > before; }));
  const auto deadline = Clock::now() + patience;
  static_cast<void>(board_->set(1, true, BootClock::now() + patience));
  static_cast<void>(first.get());
  EXPECT_LT(device_->sent_at(), deadline + busy_machine / 10) << "it left after its deadline";
}

TEST_F(BoardWithDevice, TellsInTimeOfADeviceThatIsSilentAndGoesOnWhenItIsBack) {
  ASSERT_TRUE(board_->set(1, false));
  const bool answers = (*board_->read_back(1)).has_value();
  device_->freeze(true);
  const auto begun = Clock::now();
  const auto failed = board_->set(1, true, BootClock::now() + 60s);
  EXPECT_LE(Clock::now() - begun, shape_.failing + busy_machine);
  if (!failed) {
    expect_helpful(failed.error());
    EXPECT_FALSE(failed.error().where.empty());
    EXPECT_GT(board_->unsettled(), 0ns) << "what failed may still arrive";
    EXPECT_LE(board_->unsettled(), shape_.settle) << "and no later than the shape says";
  }
  EXPECT_FALSE(failed && answers) << "a board that says nothing was believed";
  device_->freeze(false);
  const auto rested = [&] {
    if (!board_->reconnects()) {
      board_.reset();
      if (auto opened = driver().open(address_)) board_ = std::move(*opened);
    }
    return board_ && board_->set(1, false);
  };
  EXPECT_TRUE(world::soon(rested)) << "it does not come back";
  expect_state(1, false);
}

TEST_F(BoardWithDevice, EndsItsOwnPulse) {
  if (!shape_.pulse_step) GTEST_SKIP() << "has no pulse of its own";
  ASSERT_TRUE(board_->set(1, false));
  const auto length = std::max<Duration>(*shape_.pulse_step, 200ms);
  const auto pulsed = board_->pulse(1, length, BootClock::now() + 10s);
  ASSERT_TRUE(pulsed) << to_line(pulsed.error());
  const auto is_over = [&] {
    const auto state = board_->read_back(1);
    return state && !state->value_or(false);
  };
  EXPECT_TRUE(
      world::soon(is_over, std::chrono::ceil<std::chrono::milliseconds>(length + *shape_.pulse_step + busy_machine)));
}

}  // namespace

std::string board_address(const Specimen& of, const std::string& device) {
  const auto found = of.given.find("address");
  std::string text = found == of.given.end() ? of.descriptor->name + std::string(":DEVICE") : found->second;
  constexpr std::string_view word = "DEVICE";
  if (const auto at = text.find(word); at != text.npos) text.replace(at, word.size(), device);
  return text;
}

std::optional<Error> refusal_of_options(const Specimen& of, const std::vector<Value>& values) {
  Address address = parsed(board_address(of, "/dev/no-such-device"));
  const auto fields = of.descriptor->settings();
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (values[i] != fields[i].fallback) address.options[std::string(fields[i].key)] = option_text(values[i]);
  const auto written = Address::parse(address.text(), address.directory);  // as a site file has it: bounded
  if (!written) return written.error();
  const auto shape = of.descriptor->make.board->shape(*written);
  if (shape) return {};
  return shape.error();
}

void use_board_briefly() {
  std::optional<Device> device;
  if (!given("device").empty()) device.emplace(given("device"));
  const Opened board = driver().open(parsed(board_address(*specimen, device ? device->name() : "/dev/no-such-device")));
  if (!board) return expect_helpful(board.error());
  for (const bool on : {true, false})
    if (auto set = (*board)->set(1, on); !set) expect_helpful(set.error());
  if (auto state = (*board)->read_back(1); !state) expect_helpful(state.error());
  if ((*board)->inputs() > 0) static_cast<void>((*board)->input(1));
}

}  // namespace gatepost::conformance
