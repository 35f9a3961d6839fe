// The plugin's road from a real pseudo-terminal to a Reading.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>
#include <gatepost/framer.hpp>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <mutex>
#include <thread>

#include "bytes.hpp"
#include "plugin/catalogue.hpp"
#include "world/guards.hpp"
#include "world/places.hpp"
#include "world/readings.hpp"

namespace {

using gatepost::Reading;
using gatepost::world::told;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

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
  /// The plugin's thread stands still for 150 ms, as one of a machine that is paused does.
  template <class F>
  void is_held_up_while(F work) {
    held_ = false;
    struct sigaction hold {};
    hold.sa_handler = [](int) {
      held_ = true;
      const timespec time{0, 150'000'000};
      ::nanosleep(&time, nullptr);
    };
    ASSERT_EQ(::sigaction(SIGUSR1, &hold, nullptr), 0);
    ASSERT_EQ(::pthread_kill(thread_.native_handle(), SIGUSR1), 0);
    ASSERT_TRUE(gatepost::world::soon([] { return held_.load(); }));
    work();
  }
  /// So many bytes have come to the plugin.
  bool took(std::size_t bytes) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 5s, [&] { return took_ >= bytes; });
  }
  int master() const { return master_; }
  Reading last() {
    const std::scoped_lock lock(mutex_);
    return readings_.empty() ? Reading() : readings_.back();
  }
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
  void raw(const gatepost::RawInput& input) override {
    const std::scoped_lock lock(mutex_);
    took_ += input.bytes.size();
    changed_.notify_all();
  }
  bool ignores(std::string_view text) override { return text == "NoRead"; }
  void opened(std::string_view) override {
    const std::scoped_lock lock(mutex_);
    opened_ = true;
    changed_.notify_all();
  }

  static inline std::atomic<bool> held_ = false;
  int master_ = -1, slave_ = -1;
  std::string device_;
  gatepost::plugin::Catalogue catalogue_;
  std::unique_ptr<gatepost::Input> input_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reading> readings_;
  std::size_t took_ = 0;
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
  Gun gun({{"trigger", std::string("grow_trigger")}, {"lines", std::string("many")}});
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

// What came could have been the answer to a command, and was held back for that.
TEST(SerialScanner, TellsOfAScanThatItsEndCutOffBehindACommand) {
  Gun gun({{"trigger", std::string("grow_trigger")}, {"idle", gatepost::Duration(10s)}});
  EXPECT_EQ(gun.hears(9).size(), 9U);
  gun.scans(std::string_view("\x02\x00", 2));
  ASSERT_TRUE(gun.took(2));
  gun.close_line();
  EXPECT_THAT(gun.waits_for(1), ElementsAre("!no_terminator"));
}

TEST(SerialScanner, ShowsASevenBitLineForWhatItIs) {
  Gun gun;
  ASSERT_TRUE(gun.opens());
  gun.scans("123456\x8D");
  EXPECT_THAT(gun.waits_for(1), ElementsAre("!no_terminator"));
  EXPECT_THAT(gun.last().damage_detail, HasSubstr("7 bits and parity"));
  EXPECT_EQ(gun.last().payload, "123456\x8D");
}

TEST(SerialScanner, PassesOverWhatTheSiteIgnores) {
  Gun gun({{"prefix", std::string("#")}});
  ASSERT_TRUE(gun.opens());
  gun.scans("NoRead\r\n");
  std::this_thread::sleep_for(150ms);  // as a scanner that tries again
  gun.scans("#E000101\r\n");
  EXPECT_THAT(gun.waits_for(1), ElementsAre("E000101"));
}

TEST(SerialScanner, TakesTheLinesOfOneCodeForOneDamagedScanUnlessItIsToldOtherwise) {
  for (const bool many : {false, true}) {
    Gun gun({{"lines", std::string(many ? "many" : "one")}});
    ASSERT_TRUE(gun.opens());
    gun.scans("E000101\rE000102\rE000103\r");
    if (many)
      EXPECT_THAT(gun.waits_for(3), ElementsAre("E000101", "E000102", "E000103"));
    else
      EXPECT_THAT(gun.waits_for(1), ElementsAre("!length"));
  }
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

TEST(SerialScanner, TellsOfAScanThatItsEndCutOff) {
  Gun gun({{"idle", gatepost::Duration(1s)}});
  ASSERT_TRUE(gun.opens());
  gun.scans("E000100\r");
  EXPECT_THAT(gun.waits_for(1), ElementsAre("E000100"));
  gun.scans("E0001");
  ASSERT_TRUE(gun.took(13));  // what is not read by then the kernel drops
  gun.close_line();
  EXPECT_THAT(gun.waits_for(2), ElementsAre("E000100", "!no_terminator"));
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

// The process is held up while it opens the line: what came at once is read late, and no silence was before it.
TEST(SerialScanner, TakesNoHoldUpWhileItOpensForSilence) {
  Gun gun({{"idle", gatepost::Duration(50ms)}});
  ASSERT_TRUE(gun.is_set_up());
  gun.is_held_up_while([&] { gun.scans("000101\r"); });
  EXPECT_THAT(gun.waits_for(1), ElementsAre("!lost"));
  ASSERT_TRUE(gun.opens());
  gun.scans("1000102\r");
  EXPECT_THAT(gun.waits_for(2), ElementsAre("!lost", "1000102"));
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
  Gun gun({{"idle", gatepost::Duration(10s)},
           {"lines", std::string("many")}});  // whatever else this machine does: no pause is one
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
