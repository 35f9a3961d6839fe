// The plugin as the engine uses it, on a Modbus server and on a simulated board.
#include <gmock/gmock.h>

#include <fstream>

#include "plugin/catalogue.hpp"
#include "wiring.hpp"
#include "world/guards.hpp"
#include "world/modbus_server.hpp"
#include "world/places.hpp"

namespace {

using gatepost::Outcome;
using gatepost::Record;
using gatepost::Result;
using gatepost::Sink;
using gatepost::Value;
using gatepost::world::soon;
using testing::HasSubstr;
using namespace std::chrono_literals;

using Given = std::map<std::string, Value>;

const gatepost::Descriptor& plugin() {
  static const auto catalogue = [] {
    const std::filesystem::path folder = gatepost::world::plugins_folder();
    return gatepost::plugin::Catalogue::load({&folder, 1});
  }();
  return *catalogue.find("lamp")->descriptor;
}

Result<std::unique_ptr<Sink>> make(const Given& given) {
  std::vector<Value> values;
  for (const auto& field : plugin().settings()) {
    const auto found = given.find(std::string(field.key));
    values.push_back(found == given.end() ? field.fallback : found->second);
  }
  return plugin().make.sink(values, {"light", "/"});
}

std::string refusal(const Given& given) {
  const auto made = make(given);
  return made ? "" : to_line(made.error());
}

std::string this_boot() {
  std::string text;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> text;
  std::erase(text, '-');
  return text;
}

Record verdict(Outcome outcome, const std::string& lane = "main") {
  return {.boot = this_boot(), .at = gatepost::SystemClock().now(), .lane = lane, .outcome = outcome};
}

class Lamp : public testing::Test {
 protected:
  Given given(const Given& more = {}) const {
    Given all{{"board", board_.board()}, {"time", gatepost::Duration(300ms)}};
    for (const auto& [key, value] : more) all.insert_or_assign(key, value);
    return all;
  }
  static void deliver(Sink& sink, const Record& record) {
    const auto delivery = sink.deliver({&record, 1}, {});
    EXPECT_EQ(delivery.taken, 1U);
  }
  bool lit(int channel) const {
    return soon([&] { return board_.coil(channel); }, 5s);
  }
  bool out(int channel) const {
    return soon([&] { return !board_.coil(channel); }, 5s);
  }

  gatepost::world::ModbusServer board_;
};

TEST_F(Lamp, IsLitAfterItsVerdictForItsTime) {
  const auto sink = make(given());
  ASSERT_TRUE(sink);
  deliver(**sink, verdict(Outcome::grant));
  ASSERT_TRUE(lit(1));
  const auto begun = gatepost::SystemClock().now();
  EXPECT_FALSE(board_.coil(2));
  ASSERT_TRUE(out(1));
  EXPECT_GE(gatepost::SystemClock().now() - begun, 200ms);
  deliver(**sink, verdict(Outcome::deny));
  EXPECT_TRUE(lit(2));
  deliver(**sink, verdict(Outcome::inform));
  EXPECT_TRUE(lit(1) && out(2)) << "nobody is denied who is answered";
}

TEST_F(Lamp, ANewVerdictPutsTheOtherLampOut) {
  const auto sink = make(given({{"time", gatepost::Duration(60s)}}));
  deliver(**sink, verdict(Outcome::grant));
  ASSERT_TRUE(lit(1));
  deliver(**sink, verdict(Outcome::deny));
  EXPECT_TRUE(lit(2) && out(1));
}

TEST_F(Lamp, EveryChannelIsOffWhenItStops) {
  {
    const auto sink = make(given({{"time", gatepost::Duration(60s)}}));
    deliver(**sink, verdict(Outcome::grant));
    ASSERT_TRUE(lit(1));
  }
  EXPECT_FALSE(board_.coil(1));
}

TEST_F(Lamp, EachLaneHasItsOwn) {
  const auto sink = make(given(
      {{"channels", std::vector<std::string>{"north.grant=1", "south.grant=3"}}, {"time", gatepost::Duration(60s)}}));
  ASSERT_TRUE(sink);
  deliver(**sink, verdict(Outcome::grant, "south"));
  ASSERT_TRUE(lit(3));
  deliver(**sink, verdict(Outcome::deny, "north"));  // has no lamp for that
  deliver(**sink, verdict(Outcome::grant, "west"));  // has none at all
  deliver(**sink, verdict(Outcome::grant, "north"));
  ASSERT_TRUE(lit(1));
  EXPECT_TRUE(board_.coil(3)) << "one lane's verdict is not another's";
}

TEST_F(Lamp, ShowsNoVerdictOfThePast) {
  const auto sink = make(given({{"channels", std::vector<std::string>{"main.deny=1", "other.grant=3"}}}));
  Record old = verdict(Outcome::deny), other = verdict(Outcome::deny), came = verdict(Outcome::deny);
  old.at -= 3s;
  other.boot = "0123456789abcdef0123456789abcdef";
  came.kind = gatepost::RecordKind::device;
  for (const auto& record : {old, other, came}) {
    deliver(**sink, record);
    deliver(**sink, verdict(Outcome::grant, "other"));
    ASSERT_TRUE(lit(3) && out(3));  // channels are switched in their order
  }
  const auto all = board_.requests();
  EXPECT_EQ(std::ranges::count_if(all, [](const auto& asked) { return asked.find("05 00 00 FF 00") != asked.npos; }), 0)
      << "channel 1 was never on";
}

TEST_F(Lamp, AnAbsentBoardHoldsUpNothingAndIsNamed) {
  const auto sink = make({{"board", std::string("modbus:tcp://127.0.0.1:1/unit/1")}});
  ASSERT_TRUE(sink);
  const Record record = verdict(Outcome::grant);
  std::optional<gatepost::Error> trouble;
  ASSERT_TRUE(soon([&] {
    const auto delivery = (*sink)->deliver({&record, 1}, {});
    EXPECT_EQ(delivery.taken, 1U);
    return (trouble = delivery.error).has_value();
  }));
  EXPECT_THAT(to_line(*trouble), HasSubstr("127.0.0.1"));
}

TEST_F(Lamp, SettingsThatCannotBeAreRefused) {
  EXPECT_THAT(refusal({{"board", std::string("lcus:/dev/ttyUSB0")}}),
              HasSubstr("the board has 1 channel and none is 2"));
  EXPECT_THAT(refusal(given({{"grant", std::int64_t{2}}})), HasSubstr("both verdicts have the same channel"));
  EXPECT_THAT(refusal({{"board", std::string("nonsense")}}), HasSubstr("board"));
  for (const char* wrong : {"north", "north.in=1", ".grant=1", "north.grant=", "north.grant=0", "north.grant=65"})
    EXPECT_THAT(refusal(given({{"channels", std::vector<std::string>{wrong}}})), HasSubstr("names no lamp")) << wrong;
  EXPECT_THAT(refusal(given({{"channels", std::vector<std::string>{"a.grant=1", "a.deny=1"}}})),
              HasSubstr("given twice"));
  EXPECT_THAT(refusal(given({{"channels", std::vector<std::string>{"a.grant=1", "a.grant=2"}}})),
              HasSubstr("named twice"));
}

}  // namespace
