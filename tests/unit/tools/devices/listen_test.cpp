// From what an Input tells of its device to one take a scan.
#include "devices/calibrate/listen.hpp"

#include <gmock/gmock.h>
#include <linux/input-event-codes.h>

namespace gatepost::calibrate {
namespace {

using namespace std::chrono_literals;
std::string event(unsigned type, unsigned code, unsigned value) {
  std::string bytes;
  for (const unsigned part : {type, code, value & 0xFFFFU, value >> 16U})
    for (const unsigned shift : {0U, 8U}) bytes += static_cast<char>(part >> shift & 0xFFU);
  return bytes;
}

/// An Input that tells what a test has written down, and ends.
class Script final : public Input {
 public:
  explicit Script(std::function<void(InputHost& host)> told) : told_(std::move(told)) {}
  Result<void> run(InputHost& host, std::stop_token) override {
    host.opened("a script");
    told_(host);
    return {};
  }

 private:
  std::function<void(InputHost& host)> told_;
};

std::vector<Take> takes_of(std::function<void(InputHost& host)> told, std::size_t count) {
  Script script(std::move(told));
  std::vector<Take> all;
  std::stop_source done;
  EXPECT_TRUE(listen(
      script, [](std::string_view identity) { EXPECT_EQ(identity, "a script"); },
      [&](const Take& take) {
        all.push_back(take);
        if (all.size() == count) done.request_stop();
      },
      done.get_token()));
  return all;
}

void press(InputHost& host, unsigned code, Duration at) {
  host.raw({RawInput::Kind::key, MonotonicTime(at), false, event(EV_KEY, code, 1)});
  host.raw({RawInput::Kind::key, MonotonicTime(at), false, event(EV_SYN, SYN_REPORT, 0)});
}
void lift(InputHost& host, unsigned code, Duration at) {
  host.raw({RawInput::Kind::key, MonotonicTime(at), false, event(EV_KEY, code, 0)});
}
void send(InputHost& host, const std::string& bytes, Duration at) {
  host.raw({RawInput::Kind::bytes, MonotonicTime(at), false, bytes});
}

TEST(Listen, PartsTakesByTheTimesOfTheDevice) {
  const auto takes = takes_of(
      [](InputHost& host) {
        send(host, "GPTB", 10s);
        send(host, "BTPG\r", 10s + 499ms);
        send(host, "next", 11s);
        send(host, "last", 12s);
      },
      2);
  ASSERT_EQ(takes.size(), 2U);
  EXPECT_EQ(takes[0].bytes, "GPTBBTPG\r");
  EXPECT_EQ(takes[0].times.size(), 9U);
  EXPECT_EQ(takes[0].times.back(), MonotonicTime(10s + 499ms));
  EXPECT_EQ(takes[1].bytes, "next");
}

TEST(Listen, LeavesAKeyThatComesUpLateOutOfTheNextScan) {
  const auto takes = takes_of(
      [](InputHost& host) {
        press(host, KEY_A, 10s);
        lift(host, KEY_A, 10s + 2ms);
        press(host, KEY_ENTER, 10s + 4ms);
        press(host, KEY_B, 20s);
        lift(host, KEY_ENTER, 30s);
        press(host, KEY_C, 40s);
        press(host, KEY_D, 50s);
      },
      3);
  ASSERT_EQ(takes.size(), 3U);
  EXPECT_EQ(takes[0].keys.size(), 3U);
  EXPECT_EQ(takes[1].keys.size(), 1U);
  EXPECT_EQ(takes[2].keys.size(), 1U);
  EXPECT_EQ(takes[2].keys[0].code, static_cast<unsigned>(KEY_C));
}

TEST(Listen, KeepsWhatCameBeforeTheDeviceWent) {
  const auto takes = takes_of([](InputHost& host) { send(host, "GPTB", 10s); }, 1);
  ASSERT_EQ(takes.size(), 1U);
  EXPECT_EQ(takes[0].bytes, "GPTB");
}

TEST(Listen, TellsOfEventsThatTheKernelDropped) {
  const auto takes = takes_of(
      [](InputHost& host) {
        press(host, KEY_A, 10s);
        host.raw({RawInput::Kind::key, MonotonicTime(10s), false, event(EV_SYN, SYN_DROPPED, 0)});
        press(host, KEY_B, 20s);
      },
      1);
  ASSERT_EQ(takes.size(), 1U);
  EXPECT_TRUE(takes[0].lost);
}

TEST(Listen, TakesReadingsWhereNothingElseIsTold) {
  const auto takes = takes_of(
      [](InputHost& host) {
        host.raw({RawInput::Kind::report, MonotonicTime(10s), false, "\x02 a report"});
        host.emit({.payload = "GPTB"});
        host.emit({.payload = {}, .damage = Damage::length});
      },
      2);
  ASSERT_EQ(takes.size(), 2U);
  EXPECT_EQ(takes[0].bytes, "GPTB");
  EXPECT_FALSE(takes[0].lost);
  EXPECT_TRUE(takes[1].lost);
}

}  // namespace
}  // namespace gatepost::calibrate
