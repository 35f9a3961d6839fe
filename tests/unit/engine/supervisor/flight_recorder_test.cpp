#include "supervisor/flight_recorder.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace gatepost::supervisor {
namespace {

using namespace std::chrono_literals;
using Kind = RawInput::Kind;

constexpr MonotonicTime opened{100s};

TEST(FlightRecorder, KeepsWhatCameWithItsTimeSinceTheDeviceWasOpened) {
  FlightRecorder recorder(Keep::all);
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
  FlightRecorder recorder(Keep::all);
  recorder.begin(opened);
  recorder.keep({Kind::bytes, opened, false, "E1\r"});
  recorder.begin(opened + 10s);
  recorder.begin(opened + 20s);  // it was not there, and nothing came
  EXPECT_EQ(recorder.before().entries.size(), 1U);
  EXPECT_TRUE(recorder.now().entries.empty());
}

TEST(FlightRecorder, HoldsTheNewestWithinItsBounds) {
  FlightRecorder recorder(Keep::all);
  recorder.begin(opened);
  const std::string block(4096, 'x');
  for (int i = 0; i < 100; ++i) recorder.keep({Kind::bytes, opened + i * 1s, false, block});
  EXPECT_EQ(recorder.now().bytes, FlightRecorder::most_bytes);
  EXPECT_EQ(recorder.now().entries.back().after, 99s);
  EXPECT_FALSE(recorder.now().whole);
  for (int i = 0; i < 10'000; ++i) recorder.keep({Kind::key, opened + i * 1ms, false, "12345678"});
  EXPECT_EQ(recorder.now().entries.size(), FlightRecorder::most_entries);
}

RC_GTEST_PROP(FlightRecorder, KeepsOfACodeItsShapeAlone, (const std::string& code)) {
  FlightRecorder recorder(Keep::shape);
  recorder.begin(opened);
  recorder.keep({Kind::bytes, opened, false, code});
  const std::string kept = recorder.now().entries.at(0).bytes;
  RC_ASSERT(kept.size() == std::min(code.size(), FlightRecorder::most_bytes));
  RC_ASSERT(std::ranges::all_of(kept, [](char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return byte == 'x' || (value < 0x80 && std::isalnum(value) == 0);
  }));
}

TEST(FlightRecorder, KeepsOfKeysAndReportsTheirShapeAlone) {
  const auto kept = [](Kind kind, const std::string& bytes) {
    FlightRecorder recorder(Keep::shape);
    recorder.begin(opened);
    recorder.keep({kind, opened, false, bytes});
    return recorder.now().entries.at(0).bytes;
  };
  const std::string digit("\x01\x00\x05\x00\x01\x00\x00\x00", 8), enter("\x01\x00\x1c\x00\x01\x00\x00\x00", 8);
  EXPECT_EQ(kept(Kind::key, digit), std::string("\x01\x00\x2d\x00\x01\x00\x00\x00", 8));
  EXPECT_EQ(kept(Kind::key, enter), enter) << "where a code ends is no secret";
  const std::string scan_code("\x04\x00\x04\x00\x21\x00\x07\x00", 8);
  EXPECT_EQ(kept(Kind::key, scan_code), std::string("\x04\x00\x04\x00\0\0\0\0", 8));
  EXPECT_EQ(kept(Kind::report, "E000101"), std::string(7, '\0'));
}

}  // namespace
}  // namespace gatepost::supervisor
