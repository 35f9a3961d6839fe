// What is sent and not confirmed: a carrier between the sink and whoever keeps the Records.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <deque>
#include <set>

#include "core/output.hpp"

namespace gatepost::core {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t site = 4017, epoch = 7;

/// A machine, a journal in memory, and another side that keeps what reaches it in order.
class Rig {
 public:
  explicit Rig(std::uint64_t on_their_way = 1024) : machine_(settings(on_their_way)) { on(Output::Tick{}); }

  void record(std::uint64_t count) {
    last += count;
    end_wait(false);
  }
  /// The other side keeps all up to it, and says so.
  void confirm(std::uint64_t up_to) {
    kept = std::max(kept, up_to);
    acknowledge(up_to);
  }
  void acknowledge(std::uint64_t up_to) { on(Output::Acknowledged{{site, epoch, up_to}}); }
  void pass(Duration length) {
    now_.boot += length;
    now_.monotonic += length;
    for (int i = 0; i < 100 && machine_->due() && *machine_->due() <= now_.boot; ++i) on(Output::Tick{});
  }
  void stop() { on(Output::Stop{}); }
  /// The process ends; another one goes on where the cursor is.
  void restart() {
    const std::uint64_t most = machine_->settings().pace.on_their_way;
    machine_.emplace(settings(most));
    waiting_.reset();
    letter_asked = false;
    on(Output::Tick{});
  }

  std::uint64_t last = 0, cursor = 0, kept = 0;
  std::vector<std::vector<std::uint64_t>> sent{};  ///< each batch
  std::optional<Delivery> answer{};                ///< of the next deliveries; nothing: all is sent
  bool letter_asked = false;
  std::uint64_t letters_taken = 0;
  std::vector<std::uint64_t> parked{};
  std::vector<std::string> alarms{};
  std::function<void()> while_delivering = [] {};
  const Output& machine() const { return *machine_; }

 private:
  static OutputSettings settings(std::uint64_t on_their_way) {
    OutputSettings settings{.name = "cloud", .site = site};
    settings.pace.batch = 4;
    settings.pace.on_their_way = on_their_way;
    return settings;
  }

  void on(Output::Event event) {
    inbox_.push_back(std::move(event));
    if (handling_) return;
    handling_ = true;
    while (!inbox_.empty()) {
      Output::Event next = std::move(inbox_.front());
      inbox_.pop_front();
      machine_->on(std::move(next), now_);
      std::vector<Output::Effect> effects;
      while (auto effect = machine_->next()) effects.push_back(std::move(*effect));
      for (auto& effect : effects) std::visit([this](auto& one) { perform(one); }, effect);
    }
    handling_ = false;
  }
  Output::Outlook outlook() const { return {epoch, cursor, last, letter_asked ? 1U : 0U, letter_asked, {}}; }
  void end_wait(bool cancelled) {
    if (!waiting_ || (!cancelled && last <= std::max(cursor, waiting_->sent) && !letter_asked)) return;
    const CallId id = waiting_->id;
    waiting_.reset();
    on(Output::Found{id, outlook()});
  }

  void perform(const Output::Look& call) {
    if (!call.waits) return on(Output::Found{call.id, outlook()});
    waiting_ = call;
    end_wait(false);
  }
  void perform(const Output::Read& call) {
    std::vector<Record> records;
    if (call.from == Output::From::letters) {
      records.push_back({.id = {site, epoch, 2}});
    } else {
      for (std::uint64_t i = call.after + 1; i <= call.up_to && records.size() < call.limit; ++i)
        records.push_back({.id = {site, epoch, i}});
    }
    on(Output::Rows{call.id, std::make_shared<const std::vector<Record>>(std::move(records))});
  }
  void perform(const Output::Deliver& call) {
    Delivery delivery = answer.value_or(Delivery{.taken = call.batch->size(), .unconfirmed = true});
    delivery.taken = std::min(delivery.taken, call.batch->size());
    auto& batch = sent.emplace_back();
    for (std::size_t i = 0; i < delivery.taken; ++i) batch.push_back((*call.batch)[i].id.sequence);
    while_delivering();
    on(Output::Delivered{call.id, std::move(delivery)});
  }
  void perform(const Output::AskNewest& call) { on(Output::Newest{call.id, std::optional<Held>()}); }
  void perform(const Output::Probe& call) { on(Output::Probed{call.id, false}); }
  void perform(const Output::Park& call) {
    parked.push_back(call.batch->at(call.at).id.sequence);
    cursor = parked.back();
    kept = std::max(kept, cursor);
    on(Output::Kept{call.id, {}});
  }
  void perform(const Output::Acknowledge& call) {
    ++letters_taken;
    letter_asked = false;
    on(Output::Kept{call.id, {}});
  }
  void perform(const Output::MoveCursor& move) {
    EXPECT_GT(move.sequence, cursor);
    EXPECT_LE(move.sequence, kept) << "past what the other side keeps";
    cursor = move.sequence;
  }
  void perform(const Output::MoveBacklog&) {}
  void perform(const Output::ReportDamage&) {}
  void perform(const Output::Post& post) { alarms.push_back(post.record.reason); }
  void perform(const Output::Cancel&) { end_wait(true); }

  std::optional<Output> machine_;
  Now now_{BootTime(1h), MonotonicTime(1h)};
  std::deque<Output::Event> inbox_;
  bool handling_ = false;
  std::optional<Output::Look> waiting_;
};

using Batches = std::vector<std::vector<std::uint64_t>>;

TEST(Unconfirmed, TheCursorMovesWhenTheOtherSideHasSaidSo) {
  Rig rig;
  rig.record(4);
  EXPECT_EQ(rig.sent, (Batches{{1, 2, 3, 4}}));
  EXPECT_EQ(rig.cursor, 0U);
  rig.confirm(3);
  EXPECT_EQ(rig.cursor, 3U);
  rig.confirm(4);
  EXPECT_EQ(rig.cursor, 4U);
  rig.pass(1h);
  EXPECT_EQ(rig.sent.size(), 1U) << "nothing is sent again";
}

TEST(Unconfirmed, MoreIsSentMeanwhileUpToABound) {
  Rig rig(6);
  rig.record(4);
  rig.record(8);
  EXPECT_EQ(rig.sent, (Batches{{1, 2, 3, 4}, {5, 6}}));
  EXPECT_EQ(rig.machine().on_their_way(), 6U);
  EXPECT_EQ(rig.machine().step(), Output::Step::confirming);
  rig.confirm(4);
  EXPECT_EQ(rig.sent.back(), (std::vector<std::uint64_t>{7, 8, 9, 10}));
}

TEST(Unconfirmed, AreSentAgainAfterAMinuteWithoutAWord) {
  Rig rig;
  rig.record(4);
  rig.pass(59s);
  EXPECT_EQ(rig.sent.size(), 1U);
  rig.pass(1s);
  rig.pass(1s);  // the wait after a failure
  EXPECT_EQ(rig.sent, (Batches{{1, 2, 3, 4}, {1, 2, 3, 4}}));
  rig.confirm(4);
  EXPECT_EQ(rig.cursor, 4U);
}

TEST(Unconfirmed, ThatNobodyEverConfirmsAreAnAlarmUntilSomebodyDoes) {
  Rig rig;
  rig.record(4);
  for (int i = 0; i < 5; ++i) rig.pass(61s);
  EXPECT_EQ(rig.alarms, (std::vector<std::string>{"output_failing"}));
  rig.confirm(4);
  EXPECT_EQ(rig.alarms.back(), "output_recovered");
}

TEST(Unconfirmed, AreSentAgainAfterAnErrorAndARestart) {
  Rig rig;
  rig.record(4);
  rig.answer = Delivery{.error = Error{"the line is cut", "cloud", "wait"}};
  rig.record(4);
  rig.answer.reset();
  rig.pass(1s);
  EXPECT_EQ(rig.sent[2], (std::vector<std::uint64_t>{1, 2, 3, 4}));
  rig.confirm(2);
  rig.restart();
  rig.pass(1s);
  EXPECT_EQ(rig.sent.back(), (std::vector<std::uint64_t>{7, 8}));
  EXPECT_EQ(rig.sent[rig.sent.size() - 2], (std::vector<std::uint64_t>{3, 4, 5, 6}));
}

TEST(Unconfirmed, AnAcknowledgementOfWhatWasNeverSentMovesNothing) {
  Rig rig(4);
  rig.record(8);
  rig.kept = 4;
  rig.acknowledge(1000);
  EXPECT_EQ(rig.cursor, 4U);
}

TEST(Unconfirmed, MayBeConfirmedBeforeTheSinkComesBack) {
  Rig rig;
  rig.while_delivering = [&] { rig.confirm(4); };
  rig.record(4);
  EXPECT_EQ(rig.cursor, 4U);
  EXPECT_EQ(rig.machine().on_their_way(), 0U);
  EXPECT_FALSE(rig.machine().due());
}

// A dead letter moves the cursor past itself, so nothing before it may be on its way.
TEST(Unconfirmed, AreConfirmedBeforeARefusedOneBehindThemBecomesADeadLetter) {
  Rig rig;
  rig.answer =
      Delivery{.taken = 2, .error = Error{"is refused", "cloud", "look"}, .refused = true, .unconfirmed = true};
  rig.record(4);
  for (int i = 0; i < 20; ++i) rig.pass(30s);
  EXPECT_TRUE(rig.parked.empty());
  rig.answer->taken = 0;
  rig.confirm(2);
  for (int i = 0; i < 40 && rig.parked.empty(); ++i) rig.pass(10s);
  ASSERT_FALSE(rig.parked.empty());
  EXPECT_EQ(rig.parked.front(), 3U);
}

// What was refused again and again turns out to be kept: the next one begins anew.
TEST(Unconfirmed, RefusalsAreCountedOfEachRecordByItself) {
  Rig rig;
  rig.record(4);
  rig.answer = Delivery{.error = Error{"is refused", "cloud", "look"}, .refused = true, .unconfirmed = true};
  const std::size_t sent = rig.sent.size();
  for (int i = 0; i < 100 && rig.sent.size() < sent + 4; ++i) rig.pass(10s);
  ASSERT_EQ(rig.sent.size(), sent + 4) << "sent again, since nobody confirms it, and refused";
  rig.confirm(1);
  const std::size_t begun = rig.sent.size();
  for (int i = 0; i < 100 && rig.parked.empty(); ++i) rig.pass(10s);
  ASSERT_FALSE(rig.parked.empty());
  EXPECT_EQ(rig.parked.front(), 2U);
  EXPECT_GE(rig.sent.size() - begun, OutputPace{}.refusals);
}

TEST(Unconfirmed, ADeadLetterIsConfirmedByItsOwnNumber) {
  Rig rig;
  rig.record(4);
  rig.confirm(4);
  rig.letter_asked = true;
  rig.record(0);
  rig.pass(1s);
  EXPECT_EQ(rig.sent.back(), (std::vector<std::uint64_t>{2}));
  rig.acknowledge(4);
  EXPECT_EQ(rig.letters_taken, 0U) << "that was of something else";
  rig.acknowledge(2);
  EXPECT_EQ(rig.letters_taken, 1U);
  EXPECT_EQ(rig.cursor, 4U);
}

// Never past what is kept, which the rig asks at each move; and all of it in the end.
TEST(Unconfirmed, WhateverACarrierLoses) {
  EXPECT_TRUE(rc::check("any order of Records, losses, confirmations, errors and restarts", [] {
    Rig rig(*rc::gen::inRange<std::uint64_t>(1, 12));
    std::size_t carried = 0;  // batches that have reached the other side
    bool broken = false;
    const auto arrives = [&] {
      if (carried >= rig.sent.size()) return;
      const auto& batch = rig.sent[carried++];
      if (batch.empty()) return;
      if (batch.front() > rig.kept + 1) broken = true;  // a gap: something before it was lost
      if (batch.front() <= rig.kept + 1) broken = false;
      if (!broken) rig.kept = std::max(rig.kept, batch.back());
    };
    for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9))) {
      if (step <= 1) rig.record(*rc::gen::inRange<std::uint64_t>(1, 6));
      if (step == 2 || step == 3) arrives();
      if (step == 4) rig.acknowledge(*rc::gen::inRange<std::uint64_t>(0, rig.kept + 1));
      if (step == 5) carried = rig.sent.size();  // it forgets what is on its way
      if (step == 6) rig.pass(std::chrono::seconds(*rc::gen::inRange(1, 90)));
      if (step == 7) rig.answer = Delivery{.taken = 1, .error = Error{"fails", "cloud", "wait"}, .unconfirmed = true};
      if (step == 8) rig.restart();
      if (step != 7) rig.answer.reset();
    }
    rig.answer.reset();
    for (int i = 0; i < 400 && rig.cursor < rig.last; ++i) {
      rig.pass(5s);
      arrives();
      rig.acknowledge(rig.kept);
    }
    RC_ASSERT(rig.cursor == rig.last);
    RC_ASSERT(rig.kept == rig.last);
  }));
}

}  // namespace
}  // namespace gatepost::core
