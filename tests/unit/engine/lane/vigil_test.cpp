#include "lane/vigil.hpp"

#include <gmock/gmock.h>

#include <future>

namespace gatepost::lane {
namespace {

using namespace std::chrono_literals;

TEST(Vigil, TellsOfACallThatDoesNotComeBack) {
  Vigil vigil;
  std::promise<void> told;
  Vigil::Call call(vigil, 20ms, [&] { told.set_value(); });
  EXPECT_EQ(told.get_future().wait_for(5s), std::future_status::ready);
  EXPECT_TRUE(call.end());
}

TEST(Vigil, SaysNothingOfOneThatDoes) {
  Vigil vigil;
  bool told = false;
  for (int i = 0; i < 100; ++i) {
    Vigil::Call call(vigil, 10s, [&] { told = true; });
    EXPECT_FALSE(call.end());
  }
  EXPECT_FALSE(told);
}

TEST(Vigil, TellsEachOnce) {
  Vigil vigil;
  std::atomic<int> told = 0;
  std::promise<void> both;
  const auto over = [&] {
    if (++told == 2) both.set_value();
  };
  Vigil::Call one(vigil, 10ms, over);
  Vigil::Call other(vigil, 20ms, over);
  EXPECT_EQ(both.get_future().wait_for(5s), std::future_status::ready);
  Vigil::Call third(vigil, 30ms, [&] { ++told; });
  while (told < 3) std::this_thread::yield();
  EXPECT_TRUE(one.end() && other.end() && third.end());
  EXPECT_EQ(told, 3);
}

TEST(Vigil, NoticesTheShorterPatienceOfALaterCall) {
  Vigil vigil;
  std::promise<void> told;
  Vigil::Call patient(vigil, 1h, [] {});
  Vigil::Call hasty(vigil, 20ms, [&] { told.set_value(); });
  EXPECT_EQ(told.get_future().wait_for(5s), std::future_status::ready);
}

TEST(Vigil, LetsNoCallEndWhileItTells) {
  Vigil vigil;
  std::promise<void> begun;
  std::atomic<bool> done = false;
  Vigil::Call call(vigil, 1ms, [&] {
    begun.set_value();
    for (const auto end = std::chrono::steady_clock::now() + 30ms; std::chrono::steady_clock::now() < end;)
      std::this_thread::yield();
    done = true;
  });
  begun.get_future().wait();
  EXPECT_TRUE(call.end());
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace gatepost::lane
