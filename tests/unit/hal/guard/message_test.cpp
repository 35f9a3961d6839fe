// What goes over the socket between the engine and its guard.
#include "guard/message.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace {

using namespace gatepost::hal::guard;
using gatepost::Duration;
using testing::HasSubstr;

template <class T>
T any() {
  return *rc::gen::arbitrary<T>();
}

std::string any_text() { return any<std::string>().substr(0, largest_text); }

Duration any_length() { return Duration(*rc::gen::inRange<std::int64_t>(0, std::numeric_limits<std::int64_t>::max())); }

Request any_request() {
  Request request{.verb = static_cast<Verb>(*rc::gen::inRange(0, static_cast<int>(Verb::leave) + 1)),
                  .number = any<std::uint32_t>(),
                  .channel = any<std::uint16_t>(),
                  .on = any<bool>(),
                  .length = any_length(),
                  .not_after = gatepost::BootTime(any_length())};
  if (request.verb != Verb::take) return request;
  request.channels = any<std::vector<std::uint8_t>>();
  request.channels.resize(std::min(request.channels.size(), most_channels));
  request.address = any_text();
  request.directory = any_text();
  return request;
}

Answer any_answer() {
  return {any<std::uint32_t>(),
          any<bool>(),
          static_cast<State>(*rc::gen::inRange(0, 3)),
          any_length(),
          {any_text(), any_text(), any_text()}};
}

RC_GTEST_PROP(GuardMessage, ARequestComesBackAsItWas, ()) {
  const Request request = any_request();
  const auto parsed = parse_request(to_bytes(request));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == request);
}

RC_GTEST_PROP(GuardMessage, AnAnswerComesBackAsItWas, ()) {
  const Answer answer = any_answer();
  const auto parsed = parse_answer(to_bytes(answer));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == answer);
}

RC_GTEST_PROP(GuardMessage, NothingThatIsCutOrLongerIsTaken, ()) {
  const std::string request = to_bytes(any_request()), answer = to_bytes(any_answer());
  RC_ASSERT(!parse_request(request.substr(0, *rc::gen::inRange<std::size_t>(0, request.size()))));
  RC_ASSERT(!parse_answer(answer.substr(0, *rc::gen::inRange<std::size_t>(0, answer.size()))));
  RC_ASSERT(!parse_request(request + any<char>()));
  RC_ASSERT(!parse_answer(answer + any<char>()));
}

// A good message of which one byte is another.
RC_GTEST_PROP(GuardMessage, WhateverIsTakenIsWhatIsWritten, ()) {
  for (std::string bytes : {to_bytes(any_request()), to_bytes(any_answer())}) {
    // The first bytes matter most, and texts are long.
    bytes[*rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(bytes.size(), 24))] = any<char>();
    if (const auto request = parse_request(bytes)) RC_ASSERT(to_bytes(*request) == bytes);
    if (const auto answer = parse_answer(bytes)) RC_ASSERT(to_bytes(*answer) == bytes);
  }
}

TEST(GuardMessage, IsAsItsHeaderSaysToTheByte) {
  const Request pulse{.verb = Verb::pulse,
                      .number = 0x01020304,
                      .channel = 5,
                      .on = true,
                      .length = Duration(0x0A0B),
                      .not_after = gatepost::BootTime(Duration(0x0C0D))};
  EXPECT_EQ(to_bytes(pulse), std::string("\x02\x02\x04\x03\x02\x01\x05\x00\x01\x0B\x0A\x00\x00\x00\x00\x00\x00"
                                         "\x0D\x0C\x00\x00\x00\x00\x00\x00",
                                         25));
  const Answer answer{7, true, State::off, Duration(0x0E0F), {"a", "", "bc"}};
  EXPECT_EQ(to_bytes(answer), std::string("\x02\x01\x07\x00\x00\x00\x00\x0F\x0E\x00\x00\x00\x00\x00\x00\x01\x00"
                                          "a\x00\x00\x02\x00"
                                          "bc",
                                          24));
}

TEST(GuardMessage, ANegativeTimeIsRefused) {
  std::string bytes = to_bytes(Request{.verb = Verb::pulse});
  bytes.back() = '\x80';
  EXPECT_FALSE(parse_request(bytes));
}

TEST(GuardMessage, AnotherVersionIsNamed) {
  std::string bytes = to_bytes(Answer{});
  bytes[0] = 9;
  EXPECT_THAT(parse_answer(bytes).error().what, HasSubstr("version 9"));
}

TEST(GuardMessage, ATextThatIsTooLongIsCutAndTheMessageStaysGood) {
  const auto parsed = parse_answer(to_bytes(Answer{1, true, State::off, {}, {std::string(70'000, 'x'), "w", "r"}}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->texts[0].size(), largest_text);
  EXPECT_LE(to_bytes(*parsed).size(), largest_message);
}

}  // namespace
