// What is told of a site that works, and of one that does not.
#include "supervisor/systemd_notifier.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <thread>

#include "world/scratch.hpp"
#include "world/service_manager.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;

class SystemdNotifierOfASite : public testing::Test {
 protected:
  SystemdNotifierOfASite() {
    ::setenv("NOTIFY_SOCKET", (disk_ / "notify").c_str(), 1);
    ::setenv("WATCHDOG_USEC", "150000", 1);
    notifier_ = std::make_unique<supervisor::SystemdNotifier>(loop_);
    ::unsetenv("WATCHDOG_USEC");
    notifier_->ready([this] {
      return supervisor::HealthCheck{stalls_ ? std::vector<std::string>{"lane main"} : std::vector<std::string>{},
                                     "well"};
    });
    main_ = std::jthread([this] { loop_.run(); });
  }
  ~SystemdNotifierOfASite() override {
    boost::asio::post(loop_, [this] { notifier_->stopping(), loop_.stop(); });
    main_.join();
    ::unsetenv("NOTIFY_SOCKET");
  }

  world::Scratch disk_;
  world::ServiceManager manager_{disk_ / "notify"};
  std::atomic<bool> stalls_ = false;
  boost::asio::io_context loop_;
  std::unique_ptr<supervisor::SystemdNotifier> notifier_;
  std::jthread main_;
};

TEST_F(SystemdNotifierOfASite, SaysThatItWorks) {
  EXPECT_EQ(manager_.hears("STATUS="), "STATUS=well");
  EXPECT_GE(manager_.counts("WATCHDOG=1", 1000ms), 10U);
}

TEST_F(SystemdNotifierOfASite, FallsSilentWhenItIsStalledAndSpeaksAgainWhenItGoesOn) {
  ASSERT_NE(manager_.hears("WATCHDOG=1"), "");
  stalls_ = true;
  EXPECT_EQ(manager_.hears("STATUS=stalled"), "STATUS=stalled: lane main");
  EXPECT_EQ(manager_.counts("WATCHDOG=1", 500ms), 0U);
  stalls_ = false;
  EXPECT_NE(manager_.hears("WATCHDOG=1"), "");
  EXPECT_EQ(manager_.hears("STATUS="), "STATUS=well");
}

TEST_F(SystemdNotifierOfASite, FallsSilentWhenTheMainLoopIsHeld) {
  ASSERT_NE(manager_.hears("WATCHDOG=1"), "");
  std::atomic<bool> held = true;
  boost::asio::post(loop_, [&] { held.wait(true); });
  manager_.counts("", 100ms);  // what was under way
  EXPECT_EQ(manager_.counts("WATCHDOG=1", 500ms), 0U);
  held = false;
  held.notify_all();
  EXPECT_NE(manager_.hears("WATCHDOG=1"), "");
}

}  // namespace
}  // namespace gatepost
