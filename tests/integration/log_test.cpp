// The log of a real engine, as a service's reader sees it.
#include <gmock/gmock.h>

#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string entries(const std::string& output) {
  std::string all;
  std::size_t begin = 0;
  for (auto end = output.find('\n'); end != std::string::npos; begin = end + 1, end = output.find('\n', begin))
    if (output.compare(begin, 3, "ts=") == 0) all += output.substr(begin, end - begin + 1);
  return all;
}

class LogOfASite : public testing::Test {
 protected:
  void observe(const std::string& settings) {
    std::ofstream(site_.file(), std::ios::app) << "observe: { " << settings << " }\n";
  }
  /// A gun that works, one that goes, and the end.
  std::string log_of_a_day() {
    site_.plug();
    auto engine = site_.run();
    site_.scan("E000001");
    EXPECT_TRUE(engine->says("✔ GRANT")) << engine->output();
    site_.unplug();
    EXPECT_TRUE(engine->says("gun down")) << engine->output();
    engine->send(SIGTERM);
    EXPECT_EQ(engine->ends(2s), 0);
    return entries(engine->output());
  }
  GunSite site_;
};

TEST_F(LogOfASite, IsLogfmtOfWhatHappened) {
  const std::string log = log_of_a_day();
  EXPECT_THAT(log, ContainsRegex("^ts=20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.][0-9]{3}[+-][0-9:]{5} level=info "
                                 "event=started record=1 file=site.yaml\n"));
  EXPECT_THAT(log, HasSubstr(" level=info event=device_up lane=entry device=gun record="));
  EXPECT_THAT(log, HasSubstr(" level=warning event=device_down lane=entry device=gun record="));
  EXPECT_THAT(log, HasSubstr(" level=info event=stopped record="));
  EXPECT_THAT(log, Not(HasSubstr("event=scan")));
}

TEST_F(LogOfASite, HoldsNoSubjectEvenWhenItTellsOfEachScan) {
  observe("log: debug");
  const std::string log = log_of_a_day();
  EXPECT_THAT(log, HasSubstr(" level=debug event=scan lane=entry direction=in device=gun outcome=grant reason="));
  EXPECT_THAT(log, AllOf(Not(HasSubstr("E000001")), Not(HasSubstr("Lan "))));
}

TEST_F(LogOfASite, KeepsToTheLevelThatTheSiteSets) {
  observe("log: warning");
  const std::string log = log_of_a_day();
  EXPECT_THAT(log, AllOf(HasSubstr("event=device_down"), Not(HasSubstr("level=info"))));
}

TEST_F(LogOfASite, IsNotMixedWithTheVerdictsOnATerminal) {
  site_.plug();
  world::Pty screen;
  auto engine = site_.run(screen.name());
  std::string seen;
  for (const auto end = std::chrono::steady_clock::now() + 10s;
       seen.find("gun up") == std::string::npos && std::chrono::steady_clock::now() < end;)
    seen += screen.read(50);
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(2s), 0);
  seen += screen.read(50);
  EXPECT_THAT(seen, AllOf(HasSubstr("gun up"), Not(HasSubstr("event="))));
}

}  // namespace
}  // namespace gatepost
