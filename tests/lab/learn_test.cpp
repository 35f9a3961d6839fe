// gatepost learn with two guns that nobody can tell apart, each where the site file has the other.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "devices/acm_serial.hpp"
#include "devices/keyboard_gun.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// A site of two lanes, with a gun each.
std::string two_lanes(const std::string& entry, const std::string& exit) {
  return "site: { name: Lab, code: 4017 }\n"
         "journal: { file: journal.db }\n"
         "devices:   # as the electrician left them\n"
         "  entry_gun: { plugin: usb_hid, device: '" +
         entry +
         "', idle: 2s }   # left\n"
         "  exit_gun:\n"
         "    plugin: usb_hid\n"
         "    idle: 2s\n"
         "    device: " +
         exit +
         "   # right\n"
         "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
         "lanes:\n"
         "  entry: { inputs: { entry_gun: in }, credentials: [card], repeat_within: 0s }\n"
         "  exit: { inputs: { exit_gun: out }, credentials: [card], repeat_within: 0s }\n";
}

class Learn : public testing::Test {
 protected:
  void SetUp() override {
    one_.plug();
    two_.plug();
    ASSERT_NE(one_.event(), "");
    ASSERT_NE(two_.event(), "");
    site_ = shell_.disk().write("site.yaml", two_lanes(two_.address(), one_.address()));  // the wrong way round
  }

  world::Shell shell_;
  KeyboardGun one_, two_;
  std::filesystem::path site_;
};

TEST_F(Learn, PutsTwoSwappedGunsRightAndTheEngineAttributesEachToItsLane) {
  const auto learning = shell_.start({"learn", "--write", site_.string()});
  ASSERT_TRUE(learning->says("scan once at lane 'entry' (in), device 'entry_gun'", Site::patience))
      << learning->output();
  one_.scan("E000001");
  ASSERT_TRUE(learning->says("scan once at lane 'exit' (out), device 'exit_gun'", Site::patience))
      << learning->output();
  one_.scan("E000001");
  ASSERT_TRUE(learning->says("which is bound already to lane 'entry' (in), device 'entry_gun'", Site::patience))
      << learning->output();
  two_.scan("E000002");
  EXPECT_EQ(learning->ends(Site::patience), 0) << learning->output();
  std::string wanted = two_lanes(one_.address(), "\"" + two_.address() + "\"");
  EXPECT_EQ(content(site_), wanted) << learning->output();
  EXPECT_EQ(content(site_.string() + ".previous"), two_lanes(two_.address(), one_.address()));

  const auto engine = shell_.start({"run", site_.string()});
  for (const char* up : {"entry_gun up", "exit_gun up"}) ASSERT_TRUE(engine->says(up, Site::patience));
  const auto running = shell_.start({"learn", site_.string()});
  EXPECT_EQ(running->ends(Site::patience), 1);
  EXPECT_THAT(running->output(), AllOf(HasSubstr("the site's engine runs"), HasSubstr("stop it meanwhile")));
  const auto records = shell_.start({"records", site_.string(), "--follow", "--json"});
  const auto attributed = [&](const std::string& subject, const std::string& lane, const std::string& device) {
    std::istringstream lines(records->output());
    for (std::string line; std::getline(lines, line);)
      if (line.find("\"" + subject + "\"") != line.npos)
        return line.find("\"lane\":\"" + lane + "\"") != line.npos &&
               line.find("\"device\":\"" + device + "\"") != line.npos;
    return false;
  };
  // What comes in the moment of the opening may be the rest of a scan, and is damaged: a person scans again.
  const auto comes = [&](KeyboardGun& gun, const std::string& subject, const std::string& lane) {
    for (int tries = 0; tries < 4; ++tries) {
      gun.scan(subject);
      if (world::soon([&] { return attributed(subject, lane, lane + "_gun"); }, 8s)) return true;
    }
    return false;
  };
  EXPECT_TRUE(comes(one_, "E000001", "entry")) << records->output();
  EXPECT_TRUE(comes(two_, "E000002", "exit")) << records->output();
}

TEST_F(Learn, WritesNothingUnlessToldNorOfAScannerOfAnotherKindNorWhenNobodyScans) {
  AcmSerial line;
  line.plug();
  ASSERT_NE(line.tty(), "");
  const std::string before = content(site_);
  const auto learning = shell_.start({"learn", "--timeout", "2", site_.string()});
  EXPECT_EQ(learning->ends(Site::patience), 1);
  EXPECT_THAT(learning->output(), HasSubstr("nobody scanned within 2 s"));
  EXPECT_EQ(content(site_), before);
  const auto other = shell_.start({"learn", site_.string()});
  ASSERT_TRUE(other->says("scan once at lane 'entry'", Site::patience)) << other->output();
  line.write("E000003\r");
  ASSERT_TRUE(other->says("which plugin serial reads, and the device is of plugin usb_hid", Site::patience))
      << other->output();
  one_.scan("E000001");
  ASSERT_TRUE(other->says("scan once at lane 'exit'", Site::patience)) << other->output();
  two_.scan("E000002");
  EXPECT_EQ(other->ends(Site::patience), 0);
  EXPECT_THAT(other->output(),
              AllOf(HasSubstr("+    device: \"" + two_.address() + "\"   # right"), HasSubstr("nothing was written")));
  EXPECT_EQ(content(site_), before);
  EXPECT_FALSE(std::filesystem::exists(site_.string() + ".previous"));
}

}  // namespace
}  // namespace gatepost::lab
