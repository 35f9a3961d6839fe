// A board that is spoken to in text, over a stream that a test plays in its own time.
#include <gatepost/hal/text_protocol.hpp>

#include <gmock/gmock.h>

#include <deque>

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What the other end does, shared with the test.
struct Wire {
  BootTime now{1h};
  std::vector<std::string> sent{};
  std::deque<std::pair<BootTime, std::string>> answers{};  ///< and when they arrive
  Duration connecting{}, in_flight{};
  int resets = 0;
};

class PlayedStream final : public ByteStream {
 public:
  explicit PlayedStream(Wire& wire) : wire_(wire) {}
  BootTime now() const override { return wire_.now; }
  void wait_until(BootTime time) override { wire_.now = std::max(wire_.now, time); }
  Result<void> connect(BootTime) override {
    wire_.now += std::exchange(wire_.connecting, Duration());
    return {};
  }
  Result<void> flush() override {
    while (!wire_.answers.empty() && wire_.answers.front().first <= wire_.now) wire_.answers.pop_front();
    return {};
  }
  Result<void> write(std::span<const std::byte> bytes, BootTime) override {
    wire_.sent.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  Result<std::size_t> read(std::span<std::byte> into, BootTime until) override {
    if (wire_.answers.empty() || wire_.answers.front().first > until) {
      wait_until(until);
      return std::size_t{0};
    }
    wait_until(wire_.answers.front().first);
    const std::string text = wire_.answers.front().second;
    wire_.answers.pop_front();
    std::ranges::copy(std::as_bytes(std::span(text)), into.begin());
    return text.size();
  }
  Duration reset() override {
    ++wire_.resets;
    return wire_.in_flight;
  }
  void close() override {}
  Duration longest_in_flight() const override { return wire_.in_flight; }
  std::string identity() const override { return "a wire"; }

 private:
  Wire& wire_;
};

class TextProtocolTest : public testing::Test {
 protected:
  TextProtocol board(bool echoes) {
    return {std::make_unique<PlayedStream>(wire_), {.ends = ">", .echoes = echoes, .timeout = 300ms}};
  }
  void answers_after(Duration time, const std::string& text) { wire_.answers.emplace_back(wire_.now + time, text); }

  Wire wire_;
};

TEST_F(TextProtocolTest, AnswersAreJoinedAndCutAtTheirEnd) {
  TextProtocol asked = board(false);
  answers_after(10ms, "o");
  answers_after(20ms, "n\r\n>");
  EXPECT_EQ(*asked.query("relay 1?\r"), "on\r\n");
  EXPECT_THAT(wire_.sent, ElementsAre("relay 1?\r"));
  EXPECT_EQ(asked.unsettled(), 0ns);
}

TEST_F(TextProtocolTest, NothingLeavesAfterItsDeadlineHoweverLongConnectingTook) {
  TextProtocol asked = board(false);
  wire_.connecting = 200ms;
  const auto late = asked.command("on\r", wire_.now + 100ms);
  ASSERT_FALSE(late);
  EXPECT_THAT(to_line(late.error()), HasSubstr("after its deadline"));
  EXPECT_THAT(wire_.sent, IsEmpty());
  EXPECT_EQ(asked.unsettled(), 0ns) << "nothing is under way";
}

TEST_F(TextProtocolTest, AnAnswerAfterTheDeadlineIsNoAnswer) {
  TextProtocol asked = board(false);
  answers_after(150ms, ">");
  EXPECT_FALSE(asked.command("on\r", wire_.now + 100ms));
  EXPECT_EQ(wire_.resets, 1);
}

TEST_F(TextProtocolTest, ACommandThatFailedIsUnsettledUntilTheBoardHasAnsweredAndATimeoutMore) {
  TextProtocol asked = board(true);
  wire_.in_flight = 4s;
  EXPECT_FALSE(asked.command("on\r", wire_.now + 10s));
  EXPECT_EQ(asked.unsettled(), 4s + 300ms);
  EXPECT_EQ(asked.unsettled(), TextProtocol::shape(1, {.ends = ">", .echoes = true}, 4s).settle);
  wire_.now += 1h;
  EXPECT_EQ(asked.unsettled(), 300ms) << "it may be frozen, and have the command";
  answers_after(10ms, "state\roff>");
  ASSERT_TRUE(asked.query("state\r"));
  EXPECT_EQ(asked.unsettled(), 300ms) << "it was thawed just now";
  wire_.now += 300ms;
  EXPECT_EQ(asked.unsettled(), 0ns);
}

TEST_F(TextProtocolTest, ALateAnswerIsNotTakenForTheNextOneWhereTheBoardEchoes) {
  TextProtocol asked = board(true);
  answers_after(350ms, "on 1\r>");
  EXPECT_FALSE(asked.command("on 1\r", wire_.now + 10s));
  answers_after(100ms, "state 1\roff>");
  EXPECT_THAT(*asked.query("state 1\r"), HasSubstr("off"));
}

TEST_F(TextProtocolTest, ALateAnswerIsLetPassWhereItCannotBeTold) {
  TextProtocol asked = board(false);
  const BootTime begun = wire_.now;
  answers_after(450ms, "on>");
  EXPECT_FALSE(asked.query("state\r"));
  answers_after(310ms, "off>");
  EXPECT_EQ(*asked.query("state\r"), "off");
  EXPECT_GE(wire_.now - begun, 600ms);
}

TEST_F(TextProtocolTest, ACommandToRestWaitsForNoLateAnswer) {
  TextProtocol asked = board(false);
  EXPECT_FALSE(asked.command("on\r", wire_.now + 10s));
  const BootTime failed = wire_.now;
  answers_after(10ms, ">");
  EXPECT_TRUE(asked.command("off\r", BootTime::max()));
  EXPECT_LE(wire_.now - failed, 10ms);
}

TEST_F(TextProtocolTest, AnswersWithoutEndAreBounded) {
  TextProtocol asked = board(false);
  for (int i = 0; i < 100; ++i) answers_after(1ms * i, std::string(200, 'x'));
  const auto endless = asked.query("state\r");
  ASSERT_FALSE(endless);
  EXPECT_THAT(to_line(endless.error()), HasSubstr("without an end"));
}

}  // namespace
}  // namespace gatepost::hal
