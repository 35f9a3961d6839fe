#include "core/token_bucket.hpp"

#include <gmock/gmock.h>

namespace gatepost::core {
namespace {

using namespace std::chrono_literals;

TEST(TokenBucket, LetsSomeThroughAtOnceAndThenSoManyASecond) {
  TokenBucket bucket(10, 3);
  MonotonicTime now{1h};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(bucket.wait(now), 0s);
    bucket.take(now);
  }
  EXPECT_NEAR(std::chrono::duration<double>(bucket.wait(now)).count(), 0.1, 0.001);
  now += bucket.wait(now);
  EXPECT_EQ(bucket.wait(now), 0s);
  bucket.take(now);
  EXPECT_GT(bucket.wait(now), 0s);
}

TEST(TokenBucket, SavesNoMoreThanItLetsThroughAtOnce) {
  TokenBucket bucket(10, 3);
  const MonotonicTime now{24h};
  int through = 0;
  for (; bucket.wait(now) == 0s; ++through) bucket.take(now);
  EXPECT_EQ(through, 3);
}

}  // namespace
}  // namespace gatepost::core
