#include "observe/log.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "world/scratch.hpp"
#include "world/terminal.hpp"
#include "world/world.hpp"

namespace gatepost::observe {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// What stands where the journal of systemd listens.
class FakeJournal {
 public:
  FakeJournal() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().native().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~FakeJournal() { ::close(socket_); }
  FakeJournal(const FakeJournal&) = delete;
  FakeJournal& operator=(const FakeJournal&) = delete;

  std::filesystem::path path() const { return disk_ / "socket"; }
  std::string next() {
    char buffer[8192];
    const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
    return size < 0 ? std::string() : std::string(buffer, static_cast<std::size_t>(size));
  }

 private:
  world::Scratch disk_;
  int socket_;
};

TEST(LogEntry, IsLogfmtWithQuotesWhereTheyMustBe) {
  EXPECT_EQ(to_logfmt({"device_down", {{"lane", "entry"}, {"error", "no such \"device\""}, {"x", ""}}}),
            R"(event=device_down lane=entry error="no such \"device\"" x="")");
}

TEST(LogEntry, IsOneHarmlessLineWhateverIsInIt) {
  EXPECT_TRUE(rc::check("no byte acts on a terminal or ends the line", [](const std::string& a, const std::string& b) {
    const LogEntry entry{a, {{b, a}, {"x", b}}};
    RC_ASSERT(to_logfmt(entry).find('\n') == std::string::npos);
    RC_ASSERT(!world::acts_on_a_terminal(to_logfmt(entry)));
    const std::string fields = to_journal_fields(entry);
    RC_ASSERT(std::count(fields.begin(), fields.end(), '\n') == 4);
  }));
}

TEST(LogRateLimiter, LetsTenOfAKindThroughAndCountsTheRest) {
  LogRateLimiter limiter;
  const MonotonicTime begun(1h);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.admit("noisy", begun), 0U);
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(limiter.admit("noisy", begun + 9s));
  EXPECT_EQ(limiter.admit("other", begun), 0U) << "another kind has its own";
  EXPECT_EQ(limiter.admit("noisy", begun + 10s), 7U);
  EXPECT_EQ(limiter.admit("noisy", begun + 10s), 0U) << "told once";
}

TEST(LogRateLimiter, KnowsABoundedNumberOfKinds) {
  LogRateLimiter limiter;
  const MonotonicTime begun(1h);
  std::size_t through = 0;
  for (std::size_t i = 0; i < 10'000; ++i)
    if (limiter.admit("kind " + std::to_string(i), begun)) ++through;
  EXPECT_EQ(through, LogRateLimiter::most_kinds + LogRateLimiter::most);
}

Record alarm(std::string reason, std::string error) {
  Record record{.kind = RecordKind::alarm, .lane = "main"};
  record.reason = std::move(reason);
  record.id.sequence = 12;
  record.details["error"] = std::move(error);
  return record;
}

TEST(Log, SendsTheJournalItsFields) {
  FakeJournal journal;
  const world::FakeClock clock;
  {
    Log log(Log::Level::info, journal.path(), clock);
    log.recorded(alarm("actuator_failed", "relay: no answer; check its cable"));
    Record device{.kind = RecordKind::device, .lane = "main", .device = "gun"};
    device.reason = "down";
    log.recorded(device);
    Record passage{.kind = RecordKind::passage, .lane = "main"};
    passage.reason = "seen";
    log.recorded(passage);
  }
  EXPECT_EQ(journal.next(),
            "PRIORITY=3\nSYSLOG_IDENTIFIER=gatepost\nMESSAGE=event=actuator_failed lane=main record=12 "
            "error=\"relay: no answer; check its cable\"\nGATEPOST_EVENT=actuator_failed\nGATEPOST_LANE=main\n"
            "GATEPOST_RECORD=12\nGATEPOST_ERROR=relay: no answer; check its cable\n");
  EXPECT_THAT(journal.next(), AllOf(HasSubstr("PRIORITY=4\n"), HasSubstr("GATEPOST_EVENT=device_down\n")));
}

TEST(Log, HoldsBackAFloodAndSaysHowMuch) {
  FakeJournal journal;
  const world::FakeClock clock;
  {
    Log log(Log::Level::info, journal.path(), clock);
    for (int i = 0; i < 500; ++i) log.recorded(alarm("output_failed", "no answer"));
  }
  std::string all;
  for (int i = 0; i < 10; ++i) EXPECT_THAT(journal.next(), HasSubstr("GATEPOST_EVENT=output_failed\n"));
  EXPECT_THAT(journal.next(), AllOf(HasSubstr("GATEPOST_EVENT=log_dropped\n"), HasSubstr("GATEPOST_DROPPED=490\n")));
}

TEST(Log, NeverSaysWhatWasOnACard) {
  FakeJournal journal;
  const world::FakeClock clock;
  {
    Log log(Log::Level::debug, journal.path(), clock);
    core::Answer answer{.lane = "main", .device = "gun"};
    answer.credential = Credential{.scheme = "card", .subject = "E000001"};
    answer.verdict = {Outcome::deny, "not_listed", "same card", {{"name", "Sample Person"}}};
    log.answered(answer);
  }
  EXPECT_THAT(journal.next(), AllOf(HasSubstr("GATEPOST_REASON=not_listed\n"), Not(HasSubstr("E000001")),
                                    Not(HasSubstr("Sample Person"))));
}

TEST(Log, ThatIsOffSaysNothing) {
  FakeJournal journal;
  const world::FakeClock clock;
  {
    Log off(Log::Level::off, journal.path(), clock);
    off.recorded(alarm("actuator_failed", "x"));
    Log errors(Log::Level::error, journal.path(), clock);
    Record change{.kind = RecordKind::change};
    change.reason = "started";
    errors.recorded(change);
    errors.recorded(alarm("overrun", "y"));
  }
  EXPECT_THAT(journal.next(), HasSubstr("GATEPOST_EVENT=overrun\n"));
}

// systemd.exec(5), JOURNAL_STREAM: device and inode of what standard error was when the service began.
TEST(Log, UsesTheJournalOnlyWhereStandardErrorLeadsThere) {
  struct stat mine {};
  ASSERT_EQ(::fstat(STDERR_FILENO, &mine), 0);
  ::unsetenv("JOURNAL_STREAM");
  EXPECT_FALSE(Log::journal_behind_standard_error());
  ::setenv("JOURNAL_STREAM", "9:12345678", 1);
  EXPECT_FALSE(Log::journal_behind_standard_error()) << "inherited from elsewhere";
  ::setenv("JOURNAL_STREAM", (std::to_string(mine.st_dev) + ":" + std::to_string(mine.st_ino)).c_str(), 1);
  EXPECT_TRUE(Log::journal_behind_standard_error());
  ::unsetenv("JOURNAL_STREAM");
}

}  // namespace
}  // namespace gatepost::observe
