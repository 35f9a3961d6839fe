// gatepost doctor, calibrate and learn, as a person starts them on a machine without scanners.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <fstream>

#include "world/command.hpp"
#include "world/pty.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

std::filesystem::path site_in(const world::Shell& shell, const std::string& plugin, const std::string& address) {
  return shell.disk().write(
      "site.yaml", "site: { name: Test, code: 4017 }\njournal: { file: journal.db }\ndevices:\n  gun: { plugin: " +
                       plugin + ", device: '" + address +
                       "' }\ncredentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
                       "lanes: { main: { inputs: { gun: in }, credentials: [card] } }\n");
}

std::vector<boost::json::object> lines_of(const std::string& text) {
  std::vector<boost::json::object> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all.push_back(boost::json::parse(line).as_object());
  return all;
}

TEST(CommandDoctor, SaysWhatOfASiteIsAbsent) {
  world::Shell shell;
  const auto site = site_in(shell, "usb_hid", "usb:0c2e:ffff@1-99.9");
  const auto said = shell.say({"doctor", site.string()});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text,
              AllOf(HasSubstr("device 'gun' at usb:0c2e:ffff@1-99.9"), HasSubstr("absent: there is no such device"),
                    HasSubstr("plug it in"), HasSubstr("not looked at:")));
  std::vector<std::string> checks;
  for (const auto& line : lines_of(shell.say({"doctor", "--json", site.string()}).text)) {
    checks.emplace_back(line.at("check").as_string());
    for (const char* key : {"what", "where", "remedy"}) EXPECT_TRUE(line.at(key).is_string());
  }
  EXPECT_THAT(checks, IsSupersetOf({"absent", "left_out"}));
}

TEST(CommandDoctor, RefusesABadSite) {
  world::Shell shell;
  const auto said = shell.say({"doctor", (shell.disk() / "none.yaml").string()});
  EXPECT_EQ(said.exit, 2);
  EXPECT_EQ(shell.say({"doctor", "a", "b"}).exit, 2);
}

TEST(CommandDoctor, EndsAsItsLastLineSays) {
  world::Shell shell;
  const auto said = shell.say({"doctor"});  // of whatever this machine has
  EXPECT_TRUE(said.exit == 0 || said.exit == 1);
  EXPECT_EQ(said.text.find("looked at, nothing found") != said.text.npos, said.exit == 0) << said.text;
}

TEST(CommandCalibrate, WritesASheetThatGatepostItselfReads) {
  world::Shell shell;
  const auto sheet = (shell.disk() / "sheet.png").string();
  EXPECT_EQ(shell.say({"calibrate", "--sheet", sheet}).exit, 0);
  const auto read = shell.say({"decode", sheet});
  EXPECT_EQ(read.exit, 0);
  for (const char* letter : {"B", "C", "D", "E", "F"}) EXPECT_THAT(read.text, HasSubstr("GPT" + std::string(letter)));
  EXPECT_EQ(shell.say({"calibrate", "--sheet", (shell.disk() / "sheet.html").string()}).exit, 0);
  EXPECT_EQ(shell.say({"calibrate", "--sheet", (shell.disk() / "sheet.doc").string()}).exit, 1);
}

TEST(CommandCalibrate, ReadsALineAndSaysWhatFits) {
  world::Shell shell;
  world::Pty gun;
  const auto calibrating = shell.start({"calibrate", "serial:" + gun.name(), "-n", "2"});
  ASSERT_TRUE(calibrating->says("scan each code")) << calibrating->output();
  gun.write("E000101\r");
  ASSERT_TRUE(calibrating->says("8 bytes that are no code of the sheet")) << calibrating->output();
  gun.write(
      "]Q1GPTC01K\x1d"
      "02L\x1e"
      "03NCTPG\r\n");
  EXPECT_EQ(calibrating->ends(), 1) << "codes are missing";
  EXPECT_THAT(calibrating->output(),
              AllOf(HasSubstr("C: 19 of 19 bytes right"), HasSubstr("AIM identifier"), HasSubstr("not scanned"),
                    HasSubstr("{ plugin: serial, device: \"serial:" + gun.name() + "\", aim: true }")));
}

TEST(CommandCalibrate, RefusesWhatItCannotRead) {
  world::Shell shell;
  EXPECT_EQ(shell.say({"calibrate"}).exit, 2);
  EXPECT_EQ(shell.say({"calibrate", "serial:/dev/x", "--sheet", "y.png"}).exit, 2);
  EXPECT_THAT(shell.say({"calibrate", "foo:bar"}).text, HasSubstr("no plugin is known to read this"));
  const auto absent = shell.say({"calibrate", "serial:/dev/absent"});
  EXPECT_EQ(absent.exit, 1);
  EXPECT_THAT(absent.text, HasSubstr("there is no such device"));
}

TEST(CommandLearn, RefusesWhatItCannotLearn) {
  world::Shell shell;
  EXPECT_EQ(shell.say({"learn"}).exit, 2);
  const auto site = site_in(shell, "usb_hid", "usb:0c2e:ffff@1-99.9").string();
  EXPECT_EQ(shell.say({"learn", "--timeout", "0", site}).exit, 2);
  const auto tape = site_in(shell, "uvc_camera", "sim:still/x.png").string();
  const auto said = shell.say({"learn", tape});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, HasSubstr("no lane has a scanner that could be found by scanning"));
}

}  // namespace
}  // namespace gatepost
