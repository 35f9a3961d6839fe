// gatepost devices and gatepost try, as a person starts them.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "world/command.hpp"
#include "world/places.hpp"
#include "world/pty.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(CommandDevices, ListsAndPrintsAFragmentThatTheCheckTakes) {
  world::Shell shell(world::plugins_folder());
  EXPECT_EQ(shell.say({"devices"}).exit, 0);
  const auto fragment = shell.say({"devices", "--yaml"});
  EXPECT_EQ(fragment.exit, 0);
  EXPECT_THAT(fragment.text, StartsWith("devices:\n"));
  const auto lines = shell.say({"devices", "--json"}).text;
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = lines.find('\n', at);
    EXPECT_TRUE(boost::json::parse(lines.substr(at, end - at)).as_object().contains("address"));
    at = end + 1;
  }
}

TEST(CommandTry, ShowsEachScanWithItsBytes) {
  world::Shell shell(world::plugins_folder());
  world::Pty gun;
  const auto trying = shell.start({"try", "serial:" + gun.name(), "-n", "2", "--with", "lines: many"});
  ASSERT_TRUE(trying->says("scan something")) << trying->output();
  gun.write("E000001\r");
  gun.write(
      "\x1d"
      "21A\r");
  EXPECT_EQ(trying->ends(), 0) << trying->output();
  EXPECT_THAT(trying->output(), AllOf(HasSubstr("7 bytes  E000001"), HasSubstr("1d 32 31 41")));
}

TEST(CommandTry, SaysWhatIsWrongWithACutScan) {
  world::Shell shell(world::plugins_folder());
  world::Pty gun;
  const auto trying = shell.start({"try", "serial:" + gun.name(), "-n", "1", "--with", "idle: 50ms"});
  ASSERT_TRUE(trying->says("scan something")) << trying->output();
  gun.write("E0000");
  EXPECT_EQ(trying->ends(), 0) << trying->output();
  EXPECT_THAT(trying->output(), AllOf(HasSubstr("damaged: no_terminator"), HasSubstr("no end came")));
}

TEST(CommandTry, ShowsTheBytesOfADamagedScanAndNamesALineOfSevenBits) {
  world::Shell shell(world::plugins_folder());
  world::Pty gun;
  const auto trying = shell.start({"try", "serial:" + gun.name(), "-n", "1", "--with", "idle: 50ms"});
  ASSERT_TRUE(trying->says("scan something")) << trying->output();
  gun.write("12\xB1\xB7\x8D");
  EXPECT_EQ(trying->ends(), 0) << trying->output();
  EXPECT_THAT(trying->output(), AllOf(HasSubstr("31 32 b1 b7 8d"), HasSubstr("8D, a CR with a parity bit"),
                                      HasSubstr("?bits=7&parity=even")));
}

TEST(CommandTry, TellsWhatASiteWouldTakeForNoScan) {
  world::Shell shell(world::plugins_folder());
  world::Pty gun;
  const auto trying =
      shell.start({"try", "serial:" + gun.name(), "-n", "1", "--with", "idle: 50ms, ignore: [NoRead, '/HB[0-9]+/']"});
  ASSERT_TRUE(trying->says("scan something")) << trying->output();
  gun.write("NoRead\r");
  ASSERT_TRUE(trying->says("ignored: NoRead")) << trying->output();
  gun.write("HB17");  // a heartbeat without an end
  ASSERT_TRUE(trying->says("ignored: HB17")) << trying->output();
  gun.write("E000001\r");
  EXPECT_EQ(trying->ends(), 0) << trying->output();
  EXPECT_THAT(trying->output(), AllOf(HasSubstr("7 bytes  E000001"), Not(HasSubstr("damaged"))));
  const auto bad = shell.say({"try", "serial:" + gun.name(), "--with", "ignore: ['/HB[/']"});
  EXPECT_EQ(bad.exit, 2);
  EXPECT_THAT(bad.text, HasSubstr("/HB[/"));
}

TEST(CommandTry, RefusesWhatItCannotRead) {
  world::Shell shell(world::plugins_folder());
  EXPECT_EQ(shell.say({"try"}).exit, 2);
  const auto unknown = shell.say({"try", "foo:bar"});
  EXPECT_EQ(unknown.exit, 1);
  EXPECT_THAT(unknown.text, HasSubstr("no plugin is known to read this"));
  const auto bad = shell.say({"try", "serial:/dev/null", "--with", "bauds: 9600"});
  EXPECT_EQ(bad.exit, 2);
  EXPECT_THAT(bad.text, HasSubstr("did you mean 'baud'?"));
  const auto absent = shell.say({"try", "serial:/dev/absent"});
  EXPECT_EQ(absent.exit, 1);
  EXPECT_THAT(absent.text, HasSubstr("there is no such device"));
}

}  // namespace
}  // namespace gatepost
