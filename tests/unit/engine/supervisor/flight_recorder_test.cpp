#include "supervisor/flight_recorder.hpp"

#include <gmock/gmock.h>

namespace gatepost::supervisor {
namespace {

using namespace std::chrono_literals;
using Kind = RawInput::Kind;

constexpr MonotonicTime opened{100s};

TEST(FlightRecorder, KeepsWhatCameWithItsTimeSinceTheDeviceWasOpened) {
  FlightRecorder recorder;
  recorder.begin(opened);
  recorder.keep({Kind::descriptor, opened, false, "05"});
  recorder.keep({Kind::bytes, opened + 2s, false, "E1\r"});
  recorder.keep({Kind::bytes, opened + 3s, true, ""});
  const auto run = recorder.now();
  ASSERT_EQ(run.entries.size(), 2U);
  EXPECT_EQ(run.descriptor, "05");
  EXPECT_EQ(run.entries[0].after, 2s);
  EXPECT_EQ(run.entries[0].bytes, "E1\r");
  EXPECT_TRUE(run.entries[1].lost);
  EXPECT_TRUE(run.whole);
}

TEST(FlightRecorder, KeepsTheRunBeforeButNoneThatGaveNothing) {
  FlightRecorder recorder;
  recorder.begin(opened);
  recorder.keep({Kind::bytes, opened, false, "E1\r"});
  recorder.begin(opened + 10s);
  recorder.begin(opened + 20s);  // it was not there, and nothing came
  EXPECT_EQ(recorder.before().entries.size(), 1U);
  EXPECT_TRUE(recorder.now().entries.empty());
}

TEST(FlightRecorder, HoldsTheNewestWithinItsBounds) {
  FlightRecorder recorder;
  recorder.begin(opened);
  const std::string block(4096, 'x');
  for (int i = 0; i < 100; ++i) recorder.keep({Kind::bytes, opened + i * 1s, false, block});
  EXPECT_EQ(recorder.now().bytes, FlightRecorder::most_bytes);
  EXPECT_EQ(recorder.now().entries.back().after, 99s);
  EXPECT_FALSE(recorder.now().whole);
  for (int i = 0; i < 10'000; ++i) recorder.keep({Kind::key, opened + i * 1ms, false, "12345678"});
  EXPECT_EQ(recorder.now().entries.size(), FlightRecorder::most_entries);
}

}  // namespace
}  // namespace gatepost::supervisor
