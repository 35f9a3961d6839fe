// A serial scanner that never stops.
#include <gmock/gmock.h>

#include "liars.hpp"
#include "storm.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

TEST(LyingSerial, AScannerThatNeverEndsItsCodeIsBounded) {
  AcmSerial liar;
  liar.plug();
  ASSERT_NE(liar.tty(), "");
  std::jthread flood([&](const std::stop_token& stop) {
    while (!stop.stop_requested())
      if (liar.has_sent(1s)) liar.write(std::string(512, 'E'));
  });
  LiarSite site("  liar: { plugin: serial, lines: many, device: '" + liar.address() + "' }\n", {{"main", "liar: in"}});
  EXPECT_TRUE(site->recorded("device up liar")) << "it waits for silence: " << site.said();
  const auto before = Holdings::of(site->engine().pid());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(site.other_lane_works()) << site.said();
  std::this_thread::sleep_for(1s);
  Holdings::have_not_grown(site->engine().pid(), before, 2048);
  flood.request_stop();
  flood.join();
  ASSERT_TRUE(liar.has_sent());
  EXPECT_TRUE(site->recorded("attempt damaged")) << site.said();
  std::this_thread::sleep_for(500ms);
  liar.write("E000001\r");  // may be the rest of that
  liar.write("E000002\r");
  EXPECT_TRUE(site->recorded("attempt granted E000002")) << site.said();
  EXPECT_LT(std::ranges::count(site->records(), "attempt damaged"), 10) << "one scan without an end is one";
}

}  // namespace
}  // namespace gatepost::lab
