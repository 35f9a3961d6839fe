// The driver that GATEPOST_BOARD makes of a plugin's class, and how it is found.
#include <gmock/gmock.h>

#include <gatepost/descriptor.hpp>
#include <gatepost/hal/board.hpp>
#include <gatepost/hal/guarded_relay.hpp>
#include <stdexcept>

#include "unit/hal/address.hpp"

namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

enum class Logic : std::uint8_t { normal, inverted };
constexpr auto setting_names(Logic) {
  return std::array{Choice{"normal", Logic::normal}, Choice{"inverted", Logic::inverted}};
}

struct AcmeSettings {
  std::uint8_t channels = 2;
  std::chrono::milliseconds timeout = 300ms;
  bool quiet = false;
  double scale = 1;
  Logic logic = Logic::normal;
  std::string key;
  std::filesystem::path log;
  ByteSize room;  // no address has one
};
constexpr auto acme_table = settings(
    field("channels", &AcmeSettings::channels, "relays").between(1, 8),
    field("timeout", &AcmeSettings::timeout, "for an answer").between(10ms, 5s),
    field("quiet", &AcmeSettings::quiet, "no beeps"), field("scale", &AcmeSettings::scale, "of time").between(0.5, 2),
    field("logic", &AcmeSettings::logic, "which way"), field("key", &AcmeSettings::key, "its secret").required(),
    field("log", &AcmeSettings::log, "a file"), field("room", &AcmeSettings::room, "unused"));

std::optional<AcmeSettings> opened_with;
int told = 0;

class Acme final : public hal::Relay {
 public:
  static Result<hal::RelayShape> shape(const AcmeSettings& settings, const hal::Address& address) {
    if (address.target == "throws") throw std::runtime_error("shape");
    return hal::RelayShape{.channels = settings.channels, .inputs = 1, .settle = 2s};
  }
  static Result<std::unique_ptr<hal::Relay>> open(const AcmeSettings& settings, const hal::Address&) {
    opened_with = settings;
    return std::unique_ptr<hal::Relay>(std::make_unique<Acme>());
  }

  int channels() const override { throw std::runtime_error("channels"); }
  std::string identity() const override { throw std::runtime_error("identity"); }
  Duration unsettled() const override { throw std::runtime_error("unsettled"); }
  bool reconnects() const override { throw std::runtime_error("reconnects"); }
  Result<void> set(int channel, bool, BootTime) override {
    ++told;
    if (channel == 2) throw std::runtime_error("set");
    return {};
  }
  Result<std::optional<bool>> read_back(int) override { throw 42; }
  Result<std::unique_ptr<hal::Contact>> input(int) override { return std::unique_ptr<hal::Contact>(new Throwing); }

 private:
  struct Throwing final : hal::Contact {
    Result<bool> closed() override { throw std::runtime_error("closed"); }
    Result<bool> wait_to_close(Duration, const std::stop_token&) override { throw std::runtime_error("wait"); }
    Result<void> forget() override { throw std::runtime_error("forget"); }
    std::optional<MonotonicTime> closed_at() const override { throw std::runtime_error("closed_at"); }
  };
};

constexpr const char* acme_name = "acme";
constexpr auto acme_driver = hal::plugin_driver<Acme, acme_table, detail::Guarding<acme_name>>;

Result<hal::PluginBoard> find_acme(const std::string& scheme) {
  if (scheme == "acme") return hal::PluginBoard{.driver = &acme_driver};
  return Error{"no plugin drives it", scheme, "did you mean 'acme'?"};
}

std::unique_ptr<hal::Relay> acme(const std::string& rest = "x?key=k") {
  auto board = hal::open_relay(address("acme:" + rest), find_acme);
  EXPECT_TRUE(board) << to_line(board.error());
  return board ? std::move(*board) : nullptr;
}

std::string shape_refusal(const std::string& text) {
  const auto shape = hal::relay_shape(address(text), find_acme);
  return shape ? "" : to_line(shape.error());
}

TEST(PluginBoard, IsFoundByItsSchemeWhereHalHasNone) {
  EXPECT_EQ(hal::relay_shape(address("acme:x?key=k"), find_acme)->channels, 2);
  EXPECT_EQ(hal::relay_shape(address("lcus:/dev/x?channels=4"), find_acme)->channels, 4) << "hal's own comes first";
  EXPECT_THAT(shape_refusal("acmi:x"), AllOf(HasSubstr("write lcus:"), HasSubstr("did you mean 'acme'?")));
  EXPECT_FALSE(hal::relay_shape(address("acme:x?key=k"))) << "nobody brings one";
  EXPECT_FALSE(hal::is_own_scheme("acme"));
  EXPECT_TRUE(hal::is_own_scheme("modbus"));
}

TEST(PluginBoard, OfAnotherVersionOfHalIsRefusedBeforeItIsUsed) {
  static const hal::BoardDriver other{hal::relay_version + 1, nullptr, nullptr};
  const auto find = [](const std::string&) -> Result<hal::PluginBoard> { return hal::PluginBoard{.driver = &other}; };
  const auto board = hal::open_relay(address("acme:x"), find);
  ASSERT_FALSE(board);
  EXPECT_THAT(to_line(board.error()), HasSubstr("another version of hal"));
}

TEST(PluginBoard, AGuardNeedsTheFileOfItsDriver) {
  const auto board = hal::open_guarded_relay(address("acme:x?key=k"), {.channels = {1}}, find_acme);
  ASSERT_FALSE(board);
  EXPECT_THAT(to_line(board.error()), HasSubstr("in no file"));
}

TEST(PluginBoard, ItsOptionsAreItsSettingsTable) {
  const auto board = acme("x?key=k%26&channels=3&timeout=1s&quiet=yes&scale=0.5&logic=inverted&log=a.log");
  EXPECT_EQ(opened_with->channels, 3);
  EXPECT_EQ(opened_with->timeout, 1s);
  EXPECT_TRUE(opened_with->quiet);
  EXPECT_EQ(opened_with->scale, 0.5);
  EXPECT_EQ(opened_with->logic, Logic::inverted);
  EXPECT_EQ(opened_with->key, "k&");
  EXPECT_EQ(opened_with->log, address("acme:x").directory / "a.log");
}

TEST(PluginBoard, OptionsThatCannotBeAreRefusedByName) {
  EXPECT_THAT(shape_refusal("acme:x"), HasSubstr("lacks the option 'key'"));
  for (const char* wrong : {"channels=9", "channels=0", "timeout=5ms", "timeout=6s", "timeout=10500us", "quiet=on",
                            "scale=3", "logic=left", "room=1", "nothing=1"})
    EXPECT_THAT(shape_refusal("acme:x?key=k&" + std::string(wrong)),
                HasSubstr("'" + std::string(wrong).substr(0, std::string(wrong).find('=')) + "'"))
        << wrong;
}

TEST(PluginBoard, IsNeverToldOfAChannelThatItLacksNorOfWhatIsTooLate) {
  const auto board = acme();
  told = 0;
  for (const int channel : {-1, 0, 3}) {
    EXPECT_THAT(to_line(board->set(channel, true).error()), HasSubstr("has no channel"));
    EXPECT_FALSE(board->hold(channel, true, 1s));
    EXPECT_FALSE(board->read_back(channel));
  }
  EXPECT_THAT(to_line(board->set(1, true, BootClock::now() - 1ms).error()), HasSubstr("after its deadline"));
  EXPECT_FALSE(board->input(0));
  EXPECT_FALSE(board->input(2));
  EXPECT_EQ(told, 0);
  EXPECT_TRUE(board->set(1, true, BootClock::now() + 10s));
  EXPECT_EQ(told, 1);
}

TEST(PluginBoard, NoExceptionOfItsGetsOut) {
  const auto shape = hal::relay_shape(address("acme:throws?key=k"), find_acme);
  ASSERT_FALSE(shape);
  EXPECT_TRUE(shape.error().fault);
  const auto board = acme();
  EXPECT_EQ(board->channels(), 2);
  EXPECT_EQ(board->identity(), "acme:x");
  EXPECT_EQ(board->unsettled(), 2s) << "what throws is not believed to be settled";
  EXPECT_FALSE(board->reconnects());
  EXPECT_THAT(to_line(board->set(2, true).error()), AllOf(HasSubstr("plugin acme"), HasSubstr("threw set")));
  EXPECT_THAT(to_line(board->read_back(1).error()), HasSubstr("an unknown exception"));
  const auto contact = board->input(1);
  ASSERT_TRUE(contact);
  EXPECT_FALSE((*contact)->closed());
  EXPECT_FALSE((*contact)->wait_to_close(1s, {}));
  EXPECT_FALSE((*contact)->forget());
  EXPECT_FALSE((*contact)->closed_at());
}

}  // namespace
