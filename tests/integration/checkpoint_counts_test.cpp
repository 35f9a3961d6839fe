// A month of scans at a checkpoint, read by its code: 40 / 126 / 890 / 1783.
#include <gmock/gmock.h>

#include <array>
#include <cstdio>

#include "integration/gun_site.hpp"
#include "world/records.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class CheckpointCounts : public testing::Test {
 protected:
  void SetUp() override {
    auto journal = world::open_journal({.file = site_.disk() / "journal.db"});
    const WallTime now = SystemClock().wall();
    // Far enough from the edges of the windows that the test's own time changes nothing. Journals are written forwards.
    add(*journal, 893, now - 29 * 24h, now - 8 * 24h);
    add(*journal, 764, now - 6 * 24h, now - 26h);
    add(*journal, 86, now - 22h, now - 80min);
    add(*journal, 40, now - 40min, now - 1min);
  }

  static void add(journal::Journal& journal, int count, WallTime from, WallTime until) {
    for (int i = 0; i < count; ++i) {
      Record record = world::attempt("E000001", from + (until - from) / count * i);
      record.lane = "entry";
      ASSERT_TRUE(journal.commit(std::move(record)));
    }
  }

  /// As an inspector asks, whatever the time zone of the machine is.
  std::string counts(const std::string& zone = "Asia/Ho_Chi_Minh") {
    const std::string command = "TZ=" + zone + " GATEPOST_SITES=" + site_.disk().path().string() +
                                " GATEPOST_PLUGIN_PATH=" + world::plugins_folder() + " " + world::command() +
                                " counts 4017 2>&1";
    std::string text;
    std::array<char, 512> buffer{};
    std::FILE* pipe = ::popen(command.c_str(), "r");
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
    ::pclose(pipe);
    return text;
  }

  GunSite site_;
  const std::string wanted_ = "Checkpoint 4017 Cầu Bắc: 40 / 126 / 890 / 1783\n";
};

TEST_F(CheckpointCounts, AreReadByItsCodeAlsoAfterKillsAndInAnyTimeZone) {
  site_.plug();
  for (int kill = 0; kill < 4; ++kill) {  // in the middle of what is delivered, wherever that is
    auto engine = site_.run();
    engine->send(SIGKILL);
    ASSERT_TRUE(engine->ends());
  }
  auto engine = site_.run();
  std::string said;
  for (int i = 0; i < 400 && said.find(wanted_) == std::string::npos; ++i) said = counts();
  EXPECT_THAT(said, HasSubstr(wanted_));
  EXPECT_THAT(said, HasSubstr("entry  grant"));
  for (const char* zone : {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"})
    EXPECT_THAT(counts(zone), HasSubstr(wanted_)) << zone;
  engine->send(SIGTERM);
  ASSERT_EQ(engine->ends(), 0);
  EXPECT_THAT(counts(), HasSubstr(wanted_)) << "no engine is needed";
}

}  // namespace
}  // namespace gatepost
