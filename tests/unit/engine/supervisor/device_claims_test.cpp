// Two engines of one machine that use one device.
#include "supervisor/device_claims.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gatepost::supervisor {
namespace {

using testing::HasSubstr;

// Of a device of this test alone, and of one whose name is longer than a socket's may be.
class DeviceClaim : public testing::TestWithParam<std::size_t> {
 protected:
  const std::string device_ = "tcp 192.0.2." + std::to_string(::getpid()) + ":" + std::string(GetParam(), '5');
};

TEST_P(DeviceClaim, IsRefusedWhereAnotherProcessHasIt) {
  int told[2];
  ASSERT_EQ(::pipe(told), 0);
  const pid_t other = ::fork();
  if (other == 0) {
    DeviceClaims claims;
    const auto claim = claims.claim(device_);
    const char good = claim ? 'y' : 'n';
    ::close(told[0]);
    static_cast<void>(::write(told[1], &good, 1));
    ::pause();
    ::_exit(0);
  }
  ::close(told[1]);
  char good = 0;
  ASSERT_EQ(::read(told[0], &good, 1), 1);
  ASSERT_EQ(good, 'y');
  DeviceClaims claims;
  const auto refused = claims.claim(device_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("(process " + std::to_string(other) + ")"));
  EXPECT_EQ(refused.error().where, device_);
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
  EXPECT_TRUE(claims.claim(device_)) << "a claim goes with its process";
  ::close(told[0]);
}

TEST_P(DeviceClaim, IsSharedWithinAProcessAndEndsWithItsLastHolder) {
  DeviceClaims claims, another_site;
  auto first = claims.claim(device_), second = claims.claim(device_);
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  first->reset();
  EXPECT_FALSE(another_site.claim(device_));
  second->reset();
  EXPECT_TRUE(another_site.claim(device_));
}

INSTANTIATE_TEST_SUITE_P(Names, DeviceClaim, testing::Values(1, 200));

}  // namespace
}  // namespace gatepost::supervisor
