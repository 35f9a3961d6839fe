#include "core/backoff.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace {

using namespace gatepost;
using namespace gatepost::core;

RC_GTEST_PROP(Backoff, each_wait_lies_between_half_and_the_whole_of_a_doubling_bound, (std::uint32_t seed)) {
  const Duration first(*rc::gen::inRange<std::int64_t>(1, 1'000'000'000));
  const Duration longest = first + Duration(*rc::gen::inRange<std::int64_t>(0, 100'000'000'000));
  Backoff backoff(first, longest, seed);
  Duration bound = first;
  for (int i = 0; i < 80; ++i) {
    const Duration wait = backoff.next();
    RC_ASSERT(wait >= bound / 2);
    RC_ASSERT(wait <= bound);
    bound = std::min(bound * 2, longest);
  }
  RC_ASSERT(bound == longest);
  backoff.reset();
  RC_ASSERT(backoff.next() <= first);
}

TEST(Backoff, two_gates_do_not_come_back_in_step) {
  Backoff one(std::chrono::seconds(1), std::chrono::seconds(30), 1),
      other(std::chrono::seconds(1), std::chrono::seconds(30), 2);
  EXPECT_NE(one.next(), other.next());
}

}  // namespace
