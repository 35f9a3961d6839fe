// Reports to scans, and the plugin's road from a simulated scanner to Readings.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "bytes.hpp"
#include "plugin/catalogue.hpp"
#include "pos.hpp"
#include "world/places.hpp"
#include "world/readings.hpp"
#include "world/scratch.hpp"

namespace {

using gatepost::Damage;
using gatepost::Duration;
using gatepost::MonotonicTime;
using gatepost::Reading;
using gatepost::world::told;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

using Report = std::array<std::byte, 64>;

Report report(std::string_view data, bool more = false, std::string_view aim = "]Q1") {
  Report bytes{};
  bytes[0] = std::byte{2};
  bytes[1] = static_cast<std::byte>(data.size());
  std::ranges::copy(std::as_bytes(std::span(aim)), bytes.begin() + 2);
  std::ranges::copy(std::as_bytes(std::span(data)).first(std::min<std::size_t>(data.size(), 56)), bytes.begin() + 5);
  bytes[63] = more ? std::byte{1} : std::byte{0};
  return bytes;
}

std::vector<Report> reports(std::string_view code, std::string_view aim = "]Q1") {
  std::vector<Report> all;
  for (std::size_t at = 0; at == 0 || at < code.size(); at += 56)
    all.push_back(report(code.substr(at, 56), at + 56 < code.size(), aim));
  return all;
}

/// A scanner whose time goes on by 1 ms with each report.
struct Scanner {
  explicit Scanner(usb_hid::PosRules rules = {}) : scans(std::move(rules)) {}
  Scanner& sends(std::span<const std::byte> bytes, bool lost = false) {
    now += 1ms;
    scans.report(bytes, now, lost, readings);
    return *this;
  }
  Scanner& scans_code(std::string_view code, std::string_view aim = "]Q1") {
    for (const Report& bytes : reports(code, aim)) sends(bytes);
    return *this;
  }
  Scanner& pauses(Duration time) {
    now += time;
    return *this;
  }
  usb_hid::PosScans scans;
  MonotonicTime now{1h};
  std::vector<Reading> readings;
};

// Real Honeywell capture: length 38h, ]X0, 56 bytes, 3F, 00, 01 (github.com/HenkVanAsselt/python_hon_usbhid).
TEST(PosScans, ReadOneReport) {
  Scanner scanner;
  scanner.sends(report("E000101"));
  EXPECT_THAT(told(scanner.readings), ElementsAre("E000101"));
  EXPECT_EQ(scanner.readings[0].symbology, "]Q1");
  EXPECT_EQ(scanner.readings[0].seen, scanner.now);
}

TEST(PosScans, JoinSeveralReportsToOneScan) {
  const std::string code(56 * 3 + 4, 'x');
  Scanner scanner;
  scanner.scans_code(code).scans_code("E000101").scans_code(std::string(56, 'y'));
  EXPECT_THAT(told(scanner.readings), ElementsAre(code, "E000101", std::string(56, 'y')));
}

TEST(PosScans, KeepBytesAsTheyAre) {
  const std::string code("\x1d\0\xff|\r\nA", 7);
  Scanner scanner;
  scanner.sends(report(code));
  EXPECT_THAT(told(scanner.readings), ElementsAre(code));
}

TEST(PosScans, NeverPassACutScanNorItsRest) {
  const auto parts = reports(std::string(56, 'A') + "BCDE");
  Scanner scanner;
  scanner.sends(parts[0]);
  EXPECT_TRUE(scanner.scans.awaits_silence());
  scanner.scans.silence(scanner.readings);
  scanner.pauses(5s).sends(parts[1]).pauses(5s).sends(report("E000101"));
  EXPECT_THAT(told(scanner.readings), ElementsAre("!no_terminator", "!gap", "E000101"));
}

TEST(PosScans, SeeThePauseEvenWhenNobodyToldThemOfTheSilence) {
  const auto parts = reports(std::string(60, 'A'));
  Scanner scanner;
  scanner.sends(parts[0]).pauses(300ms).sends(parts[1]);
  EXPECT_THAT(told(scanner.readings), ElementsAre("!no_terminator", "!gap"));
}

TEST(PosScans, RefuseTheRestOfAnotherCode) {
  const auto first = reports(std::string(60, 'A'), "]Q1"), second = reports(std::string(60, 'B'), "]C0");
  Scanner scanner;
  scanner.sends(first[0]).sends(second[1]).sends(report("E000101"));
  EXPECT_THAT(told(scanner.readings), ElementsAre("!lost", "E000101"));
}

TEST(PosScans, RefuseALengthBeyondTheReportAndAllThatBelongsToIt) {
  Scanner scanner;
  Report wrong = report(std::string(56, 'A'), true);
  wrong[1] = std::byte{57};
  scanner.sends(wrong).sends(report("REST")).sends(report("E000101"));
  EXPECT_THAT(told(scanner.readings), ElementsAre("!length", "E000101"));
}

TEST(PosScans, RefuseAReportOfAnotherSizeAndWhatFollowsIt) {
  Scanner scanner;
  const Report whole = report("E000101");
  scanner.sends(std::span(whole).first(40)).sends(report("REST")).sends(whole);
  EXPECT_THAT(told(scanner.readings), ElementsAre("!length", "!gap", "E000101"));
}

TEST(PosScans, TellWhatTheKernelDropped) {
  const auto parts = reports(std::string(200, 'A'));
  Scanner scanner;
  scanner.sends(parts[0]).sends(parts[2], true).sends(parts[3]).sends(report("E000101"));
  EXPECT_THAT(told(scanner.readings), ElementsAre("!lost", "E000101"));
}

TEST(PosScans, TakeNothingForWholeThatMayHaveBegunBeforeTheyListened) {
  Scanner scanner;
  scanner.scans.joined(scanner.now);
  scanner.sends(reports(std::string(60, 'A'))[1]).sends(report("E000101"));
  scanner.scans.joined(scanner.now);
  EXPECT_TRUE(scanner.scans.awaits_silence());
  scanner.pauses(300ms).scans.silence(scanner.readings);
  scanner.sends(report("E000102"));
  EXPECT_THAT(told(scanner.readings), ElementsAre("!lost", "E000101", "E000102"));
}

// The process was held up while it opened the scanner: the time until the first report is no silence.
TEST(PosScans, TakeOnlyAWaitForSilence) {
  Scanner scanner;
  scanner.scans.joined(scanner.now);
  scanner.pauses(300ms).sends(reports(std::string(60, 'A'))[1]);
  EXPECT_THAT(told(scanner.readings), ElementsAre("!lost"));
}

TEST(PosScans, EndWithTheScannerGone) {
  Scanner scanner;
  scanner.sends(reports(std::string(60, 'A'))[0]);
  scanner.scans.cut("the scanner was gone", scanner.readings);
  EXPECT_THAT(told(scanner.readings), ElementsAre("!no_terminator"));
  EXPECT_FALSE(scanner.scans.awaits_silence());
}

TEST(PosScans, AnswersAreNoScans) {
  Scanner scanner;
  scanner.sends(report("REVINF.\x06", false, "]Z6"))
      .sends(report("\x15", false, "]X0"))
      .sends(report("\x06", false, ""));
  scanner.sends(report("")).sends(std::array{std::byte{4}, std::byte{1}}).sends(report("E000101"));
  EXPECT_THAT(told(scanner.readings), ElementsAre("E000101"));
}

TEST(PosScans, TakeEndsAndPrefixOffAndHoldTheLengthRule) {
  Scanner scanner({.prefix = "\x02", .min_length = 7, .max_length = 7});
  scanner
      .sends(report("\x02"
                    "E000101\r\n"))
      .sends(report("\x02"
                    "E00010"))
      .sends(report("E000101"));
  EXPECT_THAT(told(scanner.readings), ElementsAre("E000101", "!length", "!lost"));
  Scanner other({.terminator = "\x03"});
  other.sends(report("E000101\x03")).sends(report("E000101\r"));
  EXPECT_THAT(told(other.readings), ElementsAre("E000101", "E000101\r"));
}

TEST(PosScans, HaveNoSymbologyWhereTheScannerTellsNone) {
  Scanner scanner;
  scanner.sends(report("E000101", false, std::string_view("\0\0\0", 3))).sends(report("E000101", false, "]\x1b["));
  EXPECT_THAT(told(scanner.readings), ElementsAre("E000101", "E000101"));
  for (const auto& reading : scanner.readings) EXPECT_EQ(reading.symbology, "");
}

TEST(PosScans, AreBounded) {
  Scanner scanner;
  for (int i = 0; i < 10'000; ++i) scanner.sends(report(std::string(56, 'A'), true));
  EXPECT_THAT(scanner.readings, IsEmpty());
  scanner.sends(report("E")).sends(report("E000101"));
  EXPECT_THAT(told(scanner.readings), ElementsAre("!overlong", "E000101"));
}

// What goes wrong on the way: a report that the kernel drops (and tells), a pause in the middle, a wrong length, a
// device that is gone for a report and opened again by a process that is held up meanwhile.
RC_GTEST_PROP(PosScans, OnlyGiveCodesThatWereScanned, ()) {
  Scanner scanner;
  std::vector<std::string> scanned;
  bool dropped = false;
  const auto count = *rc::gen::inRange(1, 8);
  for (int i = 0; i < count; ++i) {
    scanned.push_back(std::to_string(i) +
                      std::string(*rc::gen::inRange<std::size_t>(6, 200), static_cast<char>('a' + i)));
    for (Report bytes : reports(scanned.back(), *rc::gen::element("]Q1", "]C0"))) {
      switch (*rc::gen::weightedElement<int>({{8, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 4}})) {
        case 1:
          dropped = true;
          continue;
        case 2:
          scanner.pauses(1s);
          break;
        case 3:
          bytes[1] = std::byte{99};
          break;
        case 4:
          dropped = false;
          scanner.scans.cut("the scanner was gone", scanner.readings);
          scanner.scans.joined(scanner.now);
          scanner.pauses(300ms);
          continue;
        default:
          break;
      }
      scanner.sends(bytes, std::exchange(dropped, false));
    }
  }
  scanner.scans.silence(scanner.readings);
  for (const auto& reading : scanner.readings)
    RC_ASSERT(reading.damage != Damage::none || std::ranges::count(scanned, reading.payload) == 1);
}

TEST(Blocks, BeginWithTheirLength) {
  std::string_view data;
  const auto block = [](std::string_view text) { return std::as_bytes(std::span(text)); };
  EXPECT_TRUE(usb_hid::block_data(block(std::string_view("\x03"
                                                         "ABC\0\0",
                                                         6)),
                                  data));
  EXPECT_EQ(data, "ABC");
  EXPECT_FALSE(usb_hid::block_data(block("\x09"
                                         "ABC"),
                                   data));
  EXPECT_FALSE(usb_hid::block_data({}, data));
}

TEST(FeatureReport, IsReadFromHexOrAName) {
  EXPECT_THAT(*usb_hid::feature_report("FE 01"), ElementsAre(std::byte{0xFE}, std::byte{1}));
  EXPECT_EQ(*usb_hid::feature_report("honeywell_hid"), *usb_hid::feature_report("fe01"));
  EXPECT_THAT(*usb_hid::feature_report(""), IsEmpty());
  for (const char* wrong : {"F", "beep", "FE 0", "G0"}) EXPECT_FALSE(usb_hid::feature_report(wrong)) << wrong;
  EXPECT_FALSE(usb_hid::feature_report(std::string(130, '0')));
}

TEST(OutputReport, IsReadFromHexOrAPublishedName) {
  EXPECT_EQ(*usb_hid::output_report("honeywell_beep"), *usb_hid::output_report("FD 03 16 07 0D"));
  EXPECT_EQ(*usb_hid::output_report("honeywell_trigger"), *usb_hid::output_report("fd0316540d"));
  EXPECT_EQ(*usb_hid::output_report("honeywell_release"), *usb_hid::output_report("FD 03 16 55 0D"));
  EXPECT_THAT(*usb_hid::output_report(""), IsEmpty());
  for (const char* wrong : {"F", "beep", "FD 0"}) EXPECT_FALSE(usb_hid::output_report(wrong)) << wrong;
}

/// The plugin as the engine runs it, on a simulated scanner that plays `lines` at a pace with pauses between them.
class Gun final : private gatepost::InputHost {
 public:
  Gun(const std::string& kind, const std::string& lines, std::map<std::string, gatepost::Value> settings = {},
      const std::string& every = "60ms") {
    disk_.write("codes", lines);
    settings.try_emplace("device", "sim:" + kind + "/" + (disk_ / "codes").string() + "?every=" + every);
    settings.try_emplace("idle", Duration(20ms));
    const std::filesystem::path folder = gatepost::world::plugins_folder();
    catalogue_ = gatepost::plugin::Catalogue::load({&folder, 1});
    const auto* plugin = catalogue_.find("usb_hid");
    if (plugin == nullptr) throw std::runtime_error("the plugin is not there");
    std::vector<gatepost::Value> values;
    for (const auto& field : plugin->descriptor->settings()) {
      const auto given = settings.find(std::string(field.key));
      values.push_back(given == settings.end() ? field.fallback : given->second);
    }
    auto made = plugin->descriptor->make.input(values, {"gun", "/"});
    if (!made) {
      error_ = made.error();
      return;
    }
    input_ = std::move(*made);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      const auto result = input_->run(*this, stop);
      const std::scoped_lock lock(mutex_);
      if (!result) error_ = result.error();
      ended_ = true;
      changed_.notify_all();
    });
  }

  std::vector<Reading> waits_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 5s, [&] { return readings_.size() >= count || ended_; });
    return readings_;
  }
  std::string refusal() {
    if (thread_.joinable()) thread_.join();
    return to_line(error_);
  }

 private:
  void emit(Reading reading) override {
    const std::scoped_lock lock(mutex_);
    readings_.push_back(std::move(reading));
    changed_.notify_all();
  }
  bool ignores(std::string_view text) override { return text == "NoRead"; }
  void opened(std::string_view) override {}

  gatepost::world::Scratch disk_;
  gatepost::plugin::Catalogue catalogue_;
  std::unique_ptr<gatepost::Input> input_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reading> readings_;
  gatepost::Error error_;
  bool ended_ = false;
  std::jthread thread_;
};

TEST(HidScanner, ReadsAKeyboardAndReportsACutScan) {
  Gun gun("keys", "E000101\nE0001\\\nE000102\nE000103\n");
  EXPECT_THAT(told(gun.waits_for(4)), ElementsAre("E000101", "!no_terminator", "!gap", "E000103"));
}

TEST(HidScanner, PassesOverWhatTheSiteIgnoresWhateverRuleItBreaks) {
  for (const char* kind : {"keys", "hid"}) {
    Gun gun(kind, "NoRead\nE000101\nNoRead\nE000102\n", {{"prefix", std::string("E")}});
    EXPECT_THAT(told(gun.waits_for(2)), ElementsAre("000101", "000102")) << kind;
  }
}

TEST(HidScanner, TakesTheLinesOfOneCodeForOneDamagedScan) {
  Gun gun("keys", "E000101\nE000102\nE000103\nE000104\n", {{"idle", Duration(500ms)}}, "1ms");
  gun.waits_for(1);
  const auto readings = told(gun.waits_for(2));
  EXPECT_EQ(readings.back(), "!length") << "at most the first of them was told before there was a second";
  EXPECT_LE(readings.size(), 2U);
  Gun many("keys", "E000101\nE000102\n", {{"idle", Duration(500ms)}, {"lines", std::string("many")}}, "1ms");
  EXPECT_EQ(told(many.waits_for(2)).back(), "E000102");
}

TEST(HidScanner, ShowsWhatCameOfADamagedScan) {
  Gun gun("hid", std::string(80, 'x') + "\\\nE000101\n");
  const auto reading = gun.waits_for(1).at(0);
  EXPECT_EQ(to_word(reading.damage), "no_terminator");
  EXPECT_EQ(reading.payload, std::string(gatepost::max_damaged_payload, 'x'));
}

TEST(HidScanner, ReadsPosReportsWithTheirSymbology) {
  const std::string code(120, 'x');
  Gun gun("hid", "]Q1E000101\n" + code + "\n");
  const auto readings = gun.waits_for(2);
  EXPECT_THAT(told(readings), ElementsAre("E000101", code));
  ASSERT_EQ(readings.size(), 2U);
  EXPECT_EQ(readings[0].symbology, "]Q1");
  EXPECT_EQ(readings[1].symbology, "]C0");
}

TEST(HidScanner, ReportsAPosScanWhoseRestDoesNotCome) {
  Gun gun("hid", std::string(80, 'x') + "\\\nE000101\nE000102\n");
  EXPECT_THAT(told(gun.waits_for(3)), ElementsAre("!no_terminator", "!gap", "E000102"));
}

TEST(HidScanner, TakesTheModeThatItIsTold) {
  EXPECT_THAT(Gun("keys", "E000101\n", {{"mode", std::string("pos")}}).refusal(), HasSubstr("no address of a HID"));
  EXPECT_THAT(Gun("hid", "E000101\n", {{"mode", std::string("keyboard")}}).refusal(), HasSubstr("no address of a key"));
}

TEST(HidScanner, SetsAFeatureReportWhenItOpens) {
  Gun gun("hid", "E000101\n", {{"on_open", std::string("honeywell_hid")}});
  EXPECT_THAT(told(gun.waits_for(1)), ElementsAre("E000101"));
  EXPECT_THAT(Gun("hid", "E000101\n", {{"on_open", std::string("beep")}}).refusal(), HasSubstr("on_open"));
}

TEST(HidScanner, ThatCanBeToldNothingSaysSo) {
  const std::map<std::string, gatepost::Value> beeps{{"on_grant", std::string("honeywell_beep")}};
  EXPECT_THAT(Gun("hid", "E000101\n", beeps).refusal(), HasSubstr("takes no output report FD"));
  EXPECT_THAT(Gun("keys", "E000101\n", beeps).refusal(), HasSubstr("keyboard mode can be told nothing"));
  auto typing = beeps;
  typing["mode"] = std::string("keyboard");
  EXPECT_THAT(Gun("keys", "E000101\n", typing).refusal(), HasSubstr("keyboard mode can be told nothing"));
}

TEST(HidScanner, SaysThatADeviceIsNotThere) {
  for (const char* device : {"usb:0c2e:0b61@1-99", "input:/dev/input/event999", "hidraw:/dev/hidraw999"})
    EXPECT_THAT(Gun("", "", {{"device", std::string(device)}}).refusal(), HasSubstr("there is no such device"))
        << device;
}

}  // namespace
