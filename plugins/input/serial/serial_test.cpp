// Frames, and the plugin's road from a real pseudo-terminal to a Reading.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <rapidcheck.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>
#include <gatepost/framer.hpp>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "bytes.hpp"
#include "plugin/catalogue.hpp"
#include "world/guards.hpp"
#include "world/places.hpp"

namespace {

using gatepost::Damage;
using gatepost::Framer;
using gatepost::Framing;
using gatepost::MonotonicTime;
using gatepost::Reading;
using Rules = gatepost::FrameRules;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

MonotonicTime at(gatepost::Duration time) { return MonotonicTime(1h + time); }

// What became of each frame: its payload, or "!damage".
std::vector<std::string> told(const std::vector<Reading>& readings) {
  std::vector<std::string> all;
  for (const auto& reading : readings)
    all.push_back(reading.damage == Damage::none ? reading.payload : "!" + std::string(to_word(reading.damage)));
  return all;
}

struct Line {
  explicit Line(Rules rules) : framer(std::move(rules)) {}
  Line& comes(std::string_view bytes, gatepost::Duration time = 0ms, bool lost = false) {
    framer.feed(bytes, at(time), lost, readings);
    return *this;
  }
  Line& silence() {
    framer.silence(readings);
    return *this;
  }
  Framer framer;
  std::vector<Reading> readings;
};

TEST(Framer, EndsAtCarriageReturnLineFeedOrBoth) {
  Line line({});
  line.comes("A1\rA2\nA3\r\nA4\r\rA5\n\r\n");
  EXPECT_THAT(told(line.readings), ElementsAre("A1", "A2", "A3", "A4", "A5"));
}

TEST(Framer, KeepsBytesAsTheyAre) {
  Line line({.terminator = "\x03"});
  line.comes(std::string("\x1d\0\xff\r\n|\x03", 7));
  EXPECT_THAT(told(line.readings), ElementsAre(std::string("\x1d\0\xff\r\n|", 6)));
}

TEST(Framer, ACutScanNeverPassesNorDoesItsRest) {
  Line line({});
  line.comes("E0001", 0ms).silence().comes("01\r", 300ms).comes("E000101\r", 5s);
  EXPECT_THAT(told(line.readings), ElementsAre("!no_terminator", "!gap", "E000101"));
}

TEST(Framer, OnlyTheEndThatCameLateDoesNotSpoilTheNextScan) {
  Line line({});
  line.comes("E000101", 0ms).silence().comes("\r", 300ms).comes("E000102\r", 5s);
  EXPECT_THAT(told(line.readings), ElementsAre("!no_terminator", "E000102"));
}

TEST(Framer, SeesThePauseEvenWhenNobodyToldItOfTheSilence) {
  Line line({});
  line.comes("E0001", 0ms).comes("01\r", 300ms);
  EXPECT_THAT(told(line.readings), ElementsAre("!no_terminator", "!gap"));
}

TEST(Framer, MarksWhatTheDriverLost) {
  Line line({});
  line.comes("E00", 0ms, true).comes("0101\rE000102\r", 1ms);
  EXPECT_THAT(told(line.readings), ElementsAre("!lost", "E000102"));
}

// Which frame of a chunk lacks something nobody knows; and the loss may have been the beginning of the next one.
TEST(Framer, MarksEveryFrameThatALossMayHaveHit) {
  Line line({});
  line.comes("E000101\rE0001", 0ms, true).comes("02\r", 1ms).comes("E000103\r", 5s);
  EXPECT_THAT(told(line.readings), ElementsAre("!lost", "!lost", "E000103"));
  Line end({});
  end.comes("E000101\r", 0ms, true).comes("0102\r", 1ms).comes("E000103\r", 2ms);
  EXPECT_THAT(told(end.readings), ElementsAre("!lost", "!lost", "E000103"));
  Line later({});
  later.comes("E000101\r", 0ms, true).comes("E000102\r", 5s);
  EXPECT_THAT(told(later.readings), ElementsAre("!lost", "E000102"));
}

TEST(Framer, TellsOfAFrameThatWasLostAltogether) {
  Line line({});
  line.comes("", 0ms, true);
  EXPECT_TRUE(line.framer.in_frame());
  line.silence().comes("E000101\r", 5s).comes("", 6s, true).comes("\r", 6s).comes("E000102\r", 7s);
  line.comes("", 8s, true).comes("0103\r", 8s);
  EXPECT_THAT(told(line.readings), ElementsAre("!lost", "E000101", "!lost", "E000102", "!lost"));
  line.comes("", 9s, true);
  line.framer.cut("the scanner was gone", line.readings);
  EXPECT_EQ(told(line.readings).back(), "!lost");
}

TEST(Framer, TakesNothingForWholeThatMayHaveBegunBeforeItListened) {
  Line line({});
  line.framer.joined(at(0ms));
  line.comes("0101\r", 50ms).comes("E000102\r", 60ms);
  line.framer.joined(at(1s));
  line.comes("E000103\r", 2s);
  EXPECT_THAT(told(line.readings), ElementsAre("!lost", "E000102", "E000103"));
}

TEST(Framer, HoldsTheLengthRule) {
  Line line({.min_length = 7, .max_length = 8});
  line.comes("E00010\rE000101\rE00010101\r");
  EXPECT_THAT(told(line.readings), ElementsAre("!length", "E000101", "!length"));
}

TEST(Framer, CountsBytesWhereFramesHaveALength) {
  Line line({.framing = Framing::length, .length = 4});
  line.comes("ABCDEFGH").comes("IJ").silence().comes("KLMN", 2s);
  EXPECT_THAT(told(line.readings), ElementsAre("ABCD", "EFGH", "!length", "KLMN"));
}

TEST(Framer, EndsAtSilenceWhereThereIsNoTerminator) {
  Line line({.framing = Framing::idle, .min_length = 4, .max_length = 4});
  line.comes("AB").comes("CD", 50ms).silence().comes("EF", 1s).silence();
  EXPECT_THAT(told(line.readings), ElementsAre("ABCD", "!length"));
}

TEST(Framer, TakesThePrefixAndTheAimIdentifierOff) {
  Line line({.prefix = "\x02", .aim = true});
  line.comes(
      "\x02]Q1E000101\rE000101\r\x02"
      "E000101\r");
  EXPECT_THAT(told(line.readings), ElementsAre("E000101", "!lost", "!lost"));
  EXPECT_EQ(line.readings[0].symbology, "]Q1");
}

TEST(Framer, BoundsALineWithoutEndAndReadsTheNextOne) {
  Line line({});
  const std::string block(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) line.comes(block);
  EXPECT_THAT(line.readings, testing::IsEmpty());
  line.comes("\rE000101\r");
  EXPECT_THAT(told(line.readings), ElementsAre("!overlong", "E000101"));
}

TEST(Framer, GivesTheSameHoweverTheBytesAreSplit) {
  EXPECT_TRUE(rc::check([] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::element('A', 'B', '\r', '\n', '\x02', ']', 'Q', '\0'));
    const Rules rules{.terminator = *rc::gen::element<std::string>("", "\r\n", "\x02"),
                      .min_length = 1,
                      .max_length = 6,
                      .aim = *rc::gen::arbitrary<bool>()};
    Line whole(rules), split(rules);
    whole.comes(bytes).silence();
    for (std::size_t begin = 0; begin < bytes.size();) {
      const auto size = *rc::gen::inRange<std::size_t>(1, bytes.size() - begin + 1);
      split.comes(std::string_view(bytes).substr(begin, size));
      begin += size;
    }
    split.silence();
    RC_ASSERT(told(whole.readings) == told(split.readings));
  }));
}

TEST(Framer, NoCutOfACodeEverComesOutGood) {
  EXPECT_TRUE(rc::check([] {
    const std::string code = "E000101";
    const auto cut = *rc::gen::inRange<std::size_t>(1, code.size());
    Line line({});
    line.comes(code.substr(0, cut)).silence().comes(code.substr(cut) + "\r", 1s);
    for (const auto& reading : line.readings) RC_ASSERT(reading.damage != Damage::none);
  }));
}

TEST(Bytes, ReadEscapesAndCommands) {
  EXPECT_EQ(*gatepost::unescape(R"(\x03\r\\)"), "\x03\r\\");
  EXPECT_FALSE(gatepost::unescape(R"(\q)"));
  EXPECT_FALSE(gatepost::unescape("\\"));
  EXPECT_FALSE(gatepost::unescape(R"(\x0)"));
  EXPECT_EQ(*serial::command("16 54 0d"), "\x16T\r");
  EXPECT_THAT(serial::command("beep").error().remedy, HasSubstr("honeywell_trigger"));
}

// The frames as their makers print them: Honeywell serial trigger; Zebra SSI with its two's-complement checksum.
TEST(Bytes, KnowThePublishedFrames) {
  EXPECT_EQ(*serial::command("honeywell_trigger"), std::string("\x16\x54\x0D"));
  EXPECT_EQ(*serial::command("grow_trigger"), std::string("\x7E\x00\x08\x01\x00\x02\x01\x02\xDA", 9));
  for (const char* name : {"ssi_start", "ssi_stop", "ssi_ack", "ssi_beep", "ssi_beep_low", "ssi_led_on", "ssi_led_off",
                           "ssi_scan_enable", "ssi_scan_disable"}) {
    const std::string frame = *serial::command(name);
    unsigned sum = 0;
    for (std::size_t i = 0; i + 2 < frame.size(); ++i) sum += static_cast<unsigned char>(frame[i]);
    const std::size_t data = static_cast<unsigned char>(frame[0]);  // the length, which leaves the checksum out
    ASSERT_EQ(frame.size(), data + 2) << name;
    const unsigned check = static_cast<unsigned char>(frame[data]) * 256U + static_cast<unsigned char>(frame[data + 1]);
    EXPECT_EQ((sum + check) & 0xFFFFU, 0U) << name;
  }
}

// The plugin as the engine runs it, on one end of a real pseudo-terminal; the test is the scanner at the other.
class Gun final : private gatepost::InputHost {
 public:
  explicit Gun(const std::map<std::string, gatepost::Value>& settings = {}) {
    char name[128];
    EXPECT_EQ(::openpty(&master_, &slave_, name, nullptr, nullptr), 0);
    device_ = name;
    auto all = settings;
    all["device"] = std::string("serial:") + name;
    start(all);
  }
  ~Gun() {
    thread_ = {};
    close_line();
  }

  void scans(std::string_view bytes) { ASSERT_EQ(::write(master_, bytes.data(), bytes.size()), std::ssize(bytes)); }
  std::string hears(std::size_t size) {
    std::string heard(size, '\0');
    for (std::size_t got = 0; got < size;) {
      const auto n = ::read(master_, heard.data() + got, size - got);
      if (n <= 0) return heard.substr(0, got);
      got += static_cast<std::size_t>(n);
    }
    return heard;
  }
  void close_line() {
    if (slave_ >= 0) ::close(slave_);
    if (master_ >= 0) ::close(master_);
    slave_ = master_ = -1;
  }
  std::vector<std::string> waits_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 5s, [&] { return readings_.size() >= count; });
    return told(readings_);
  }
  bool opens() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 5s, [&] { return opened_; });
  }
  /// The plugin has set the line up, and reads.
  bool is_set_up() const {
    return gatepost::world::soon([&] {
      termios line{};
      return ::tcgetattr(slave_, &line) == 0 && (line.c_lflag & ICANON) == 0;
    });
  }
  std::optional<gatepost::Result<void>> ended() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 5s, [&] { return ended_.has_value(); });
    return ended_;
  }
  void stop() { thread_.request_stop(); }
  int master() const { return master_; }
  gatepost::Input& input() { return *input_; }

 private:
  void start(const std::map<std::string, gatepost::Value>& settings) {
    const std::filesystem::path folder = gatepost::world::plugins_folder();
    catalogue_ = gatepost::plugin::Catalogue::load({&folder, 1});
    const auto* plugin = catalogue_.find("serial");
    ASSERT_NE(plugin, nullptr);
    std::vector<gatepost::Value> values;
    for (const auto& field : plugin->descriptor->settings()) {
      const auto given = settings.find(std::string(field.key));
      values.push_back(given == settings.end() ? field.fallback : given->second);
    }
    auto made = plugin->descriptor->make.input(values, {"gun", "/"});
    ASSERT_TRUE(made) << to_line(made.error());
    input_ = std::move(*made);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      const auto result = input_->run(*this, stop);
      const std::scoped_lock lock(mutex_);
      ended_ = result;
      changed_.notify_all();
    });
  }
  void emit(Reading reading) override {
    const std::scoped_lock lock(mutex_);
    readings_.push_back(std::move(reading));
    changed_.notify_all();
  }
  void opened(std::string_view) override {
    const std::scoped_lock lock(mutex_);
    opened_ = true;
    changed_.notify_all();
  }

  int master_ = -1, slave_ = -1;
  std::string device_;
  gatepost::plugin::Catalogue catalogue_;
  std::unique_ptr<gatepost::Input> input_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reading> readings_;
  bool opened_ = false;
  std::optional<gatepost::Result<void>> ended_;
  std::jthread thread_;
};

TEST(SerialScanner, ReadsAByteAtATimeFromAPseudoTerminal) {
  Gun gun;
  ASSERT_TRUE(gun.opens());
  for (const char byte : std::string("E000101\r")) gun.scans({&byte, 1});
  EXPECT_THAT(gun.waits_for(1), ElementsAre("E000101"));
}

TEST(SerialScanner, ReportsACutScanBySilence) {
  Gun gun;
  ASSERT_TRUE(gun.opens());
  gun.scans("E0001");
  EXPECT_THAT(gun.waits_for(1), ElementsAre("!no_terminator"));
}

TEST(SerialScanner, TriggersAcknowledgesAndRejects) {
  Gun gun({{"trigger", std::string("honeywell_trigger")},
           {"acknowledge", std::string("06")},
           {"reject", std::string("15")},
           {"min_length", std::int64_t{3}}});
  EXPECT_EQ(gun.hears(3), "\x16T\r");
  gun.scans("E000101\r");
  EXPECT_EQ(gun.hears(4), "\x06\x16T\r");
  gun.scans("E\r");
  EXPECT_EQ(gun.hears(4), "\x15\x16T\r");
}

// A GM65 answers each trigger with seven bytes and no end.
TEST(SerialScanner, TakesNoAnswerForAScan) {
  const std::string done("\x02\x00\x00\x01\x00\x33\x31", 7);
  Gun gun({{"trigger", std::string("grow_trigger")}});
  EXPECT_EQ(gun.hears(9).size(), 9U);
  gun.scans(done);
  gun.scans("E000101\r");
  EXPECT_THAT(gun.waits_for(1), ElementsAre("E000101"));
  EXPECT_EQ(gun.hears(9).size(), 9U);
  gun.scans(done + "E000102\r");
  EXPECT_THAT(gun.waits_for(2), ElementsAre("E000101", "E000102"));
  EXPECT_EQ(gun.hears(9).size(), 9U);
  gun.scans(done.substr(0, 4));  // what breaks off is not passed over in silence
  EXPECT_THAT(gun.waits_for(3), ElementsAre("E000101", "E000102", "!no_terminator"));
}

TEST(SerialScanner, TellsWhatTheLaneSays) {
  Gun gun({{"on_grant", std::string("datalogic_good")}, {"on_deny", std::string("ssi_beep")}});
  ASSERT_TRUE(gun.opens());
  ASSERT_TRUE(gun.input().listens());
  gun.input().answered({gatepost::Outcome::grant, "granted"});
  EXPECT_EQ(gun.hears(1), "B");
  gun.input().answered({gatepost::Outcome::deny, "not_listed"});
  EXPECT_EQ(gun.hears(6), std::string("\x05\xE6\x04\x00\x01\xFF\x10", 7).substr(0, 6));
}

TEST(SerialScanner, HoldsTheTriggerTillTheLaneIsReady) {
  Gun gun({{"trigger", std::string("honeywell_trigger")}, {"trigger_when", std::string("ready")}});
  EXPECT_EQ(gun.hears(3), "\x16T\r");
  gun.scans("E000101\r");
  gun.waits_for(1);
  pollfd quiet{gun.master(), POLLIN, 0};
  EXPECT_EQ(::poll(&quiet, 1, 50), 0) << "nobody scans while somebody is in the gate";
  gun.input().ready();
  EXPECT_EQ(gun.hears(3), "\x16T\r");
}

TEST(SerialScanner, KeepsItsWordToItselfWhileThePortIsGone) {
  Gun gun({{"on_grant", std::string("06")}});
  ASSERT_TRUE(gun.opens());
  gun.stop();
  ASSERT_TRUE(gun.ended().has_value());
  gun.input().answered({gatepost::Outcome::grant, "granted"});
  gun.input().ready();
}

TEST(SerialScanner, ListensOnlyWhereItHasSomethingToSay) {
  Gun gun;
  EXPECT_FALSE(gun.input().listens());
}

TEST(SerialScanner, SaysThatTheDeviceIsGone) {
  Gun gun;
  ASSERT_TRUE(gun.opens());
  gun.close_line();
  const auto ended = gun.ended();
  ASSERT_TRUE(ended.has_value());
  ASSERT_FALSE(*ended);
  EXPECT_THAT(ended->error().what, HasSubstr("gone"));
}

TEST(SerialScanner, StopsAtOnce) {
  Gun gun;
  ASSERT_TRUE(gun.opens());
  const auto asked = std::chrono::steady_clock::now();
  gun.stop();
  const auto ended = gun.ended();
  ASSERT_TRUE(ended.has_value());
  EXPECT_TRUE(*ended);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 200ms);
}

long resident_kib() {
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * 4;
}

TEST(SerialScanner, TakesWhatComesAtOpeningForTheRestOfAScan) {
  Gun gun({{"idle", gatepost::Duration(300ms)}});
  ASSERT_TRUE(gun.is_set_up());  // and not up yet
  gun.scans("E000101\r");
  EXPECT_THAT(gun.waits_for(1), ElementsAre("!lost"));
  ASSERT_TRUE(gun.opens());
  gun.scans("E000102\r");
  EXPECT_THAT(gun.waits_for(2), ElementsAre("!lost", "E000102"));
}

TEST(SerialScanner, IsUpOnALineThatIsNeverSilent) {
  Gun gun({{"idle", gatepost::Duration(300ms)}});
  ASSERT_TRUE(gun.is_set_up());
  const std::jthread noise([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      gun.scans("x\r");
      std::this_thread::sleep_for(20ms);
    }
  });
  EXPECT_TRUE(gun.opens());
}

TEST(SerialScanner, TakesAHundredMegabytesWithoutATerminator) {
  Gun gun({{"idle", gatepost::Duration(10s)}});  // whatever else this machine does: no pause is one
  ASSERT_TRUE(gun.opens());
  const std::string block(64 * 1024, 'x');
  const long before = resident_kib();
  for (std::size_t sent = 0; sent < 100'000'000;) {
    const auto size = ::write(gun.master(), block.data(), block.size());
    ASSERT_GT(size, 0);
    sent += static_cast<std::size_t>(size);
  }
  EXPECT_LT(resident_kib() - before, 4096);
  gun.scans("\rE000101\r");
  EXPECT_THAT(gun.waits_for(2), ElementsAre("!overlong", "E000101"));
}

}  // namespace
