// The same lane on a gun, a serial scanner and a camera in turn, by edits of its site file, while another lane is busy.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <sstream>
#include <thread>

#include "devices/acm_serial.hpp"
#include "devices/keyboard_gun.hpp"
#include "devices/uvc_camera.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

constexpr int most_lines = 3;  // that an edit may change

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// How many lines of the one are not in the same place of the other.
int edited(const std::string& before, const std::string& after) {
  const auto old_lines = lines_of(before), new_lines = lines_of(after);
  EXPECT_EQ(old_lines.size(), new_lines.size());
  int count = 0;
  for (std::size_t i = 0; i < std::min(old_lines.size(), new_lines.size()); ++i)
    if (old_lines[i] != new_lines[i]) ++count;
  return count;
}

/// A scanner that never stops, with a new code each time.
class NeverIdle {
 public:
  explicit NeverIdle(AcmSerial& scanner)
      : thread_([&scanner, this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            scanner.write(code(++scans_) + "\r");
            std::this_thread::sleep_for(50ms);  // twenty a second
          }
        }) {}
  /// All codes, in order.
  std::vector<std::string> stop() {
    thread_.request_stop();
    thread_.join();
    std::vector<std::string> all;
    for (int i = 1; i <= scans_; ++i) all.push_back(code(i));
    return all;
  }

 private:
  static std::string code(int number) { return "E" + std::to_string(500'000 + number); }
  std::atomic<int> scans_ = 0;
  std::jthread thread_;
};

class SwapByConfig : public testing::Test {
 protected:
  SwapByConfig() {
    camera.show(wall(64, 64, 128));
    gun.plug();
    line.plug();
    camera.plug();
    busy.plug();
    EXPECT_FALSE(gun.event().empty() || line.tty().empty() || camera.video().empty() || busy.tty().empty());
  }

  std::string text(const std::string& plugin, const std::string& address) {
    return "site: { name: Swap, code: 4017 }\n"
           "journal: { file: journal.db }\n"
           "devices:\n"
           "  entry:\n"
           "    plugin: " +
           plugin +
           "\n"
           "    device: '" +
           address +
           "'\n"
           "  busy: { plugin: serial, lines: many, device: 'serial:" +
           busy.tty() +
           "' }\n"
           "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
           "policies: { list: { plugin: roster, file: people.csv } }\n"
           "lanes:\n"
           "  main: { inputs: { entry: in }, credentials: [card], policies: [list], repeat_within: 0s, denied_at_most: "
           "none }\n"
           "  other: { inputs: { busy: in }, credentials: [card], policies: [list], repeat_within: 0s, denied_at_most: "
           "none }\n";
  }

  KeyboardGun gun;
  AcmSerial line, busy;
  UvcCamera camera;
};

TEST_F(SwapByConfig, ByTwoLinesAndAReloadWhileAnotherLaneLosesNothing) {
  const std::string by_gun = text("usb_hid", "usb:0c2e:0b61@" + gun.bus_id());
  const std::string by_line = text("serial", "serial:" + line.tty());
  const std::string by_camera = text("uvc_camera", "v4l2:" + camera.video() + "?size=640x480");
  Site site("", "entry");
  world::Shell shell;
  site.disk().write("site.yaml", by_gun);
  site.run({"entry up", "busy up"});
  std::this_thread::sleep_for(200ms);  // what comes right after the opening may be the rest of a code
  NeverIdle other(busy);
  const auto change = [&](const std::string& before, const std::string& after) {
    EXPECT_LE(edited(before, after), most_lines);
    EXPECT_GE(edited(before, after), 1);
    site.disk().write("site.yaml", after);
    const auto said = shell.say({"reload", site.file()});
    EXPECT_EQ(said.exit, 0) << said.text << site.engine().output();
    std::this_thread::sleep_for(200ms);
  };
  EXPECT_TRUE(site.granted("E000001", [&] { gun.scan("E000001"); })) << site.engine().output();
  change(by_gun, by_line);
  gun.scan("E000004");  // nobody listens to it any more
  EXPECT_TRUE(site.granted("E000002", [&] { line.write("E000002\r"); })) << site.engine().output();
  change(by_line, by_camera);
  camera.show(qr_code("E000003"));
  EXPECT_TRUE(site.recorded("attempt granted E000003")) << site.engine().output();
  camera.show(wall(64, 64, 128));
  change(by_camera, by_gun);
  EXPECT_TRUE(site.granted(
      "E000001", [&] { gun.scan("E000001"); }, 2))
      << site.engine().output();
  const auto scanned = other.stop();
  EXPECT_TRUE(site.recorded("attempt not_listed " + scanned.back())) << site.engine().output();
  std::vector<std::string> of_other, of_main;
  for (const auto& row : site.rows()) {
    const auto word = [&](const char* key) { return std::string(row.at(key).as_string()); };
    EXPECT_FALSE(word("kind") == "device" && word("device") == "busy" && word("reason") == "down");
    if (word("kind") != "attempt") continue;
    if (word("lane") == "other") of_other.push_back(word("subject"));
    if (word("lane") == "main" && word("reason") != "damaged") of_main.push_back(word("subject"));
  }
  EXPECT_EQ(of_other, scanned) << "each once, in order";
  EXPECT_THAT(of_main, testing::ElementsAre("E000001", "E000002", "E000003", "E000001"));
  std::printf("%zu codes on the other lane, each recorded once and in order\n", scanned.size());
}

}  // namespace
}  // namespace gatepost::lab
