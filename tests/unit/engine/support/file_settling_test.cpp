#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <gatepost/support/file_settling.hpp>

namespace gatepost::support {
namespace {

using namespace std::chrono_literals;

const BootTime begin{1h};
const FileStamp old_state{1, 1, 10, 1, 1}, half{1, 1, 4, 2, 2}, whole{1, 1, 12, 3, 3}, renamed{1, 2, 12, 3, 3};
const FileStamp gone{.code = 2};

TEST(FileSettling, TakesWhatWasRenamedIntoItsPlaceAtOnce) {
  FileSettling file(old_state);
  EXPECT_FALSE(file.due());
  file.finished(begin);
  ASSERT_TRUE(file.due());
  EXPECT_LE(*file.due(), begin);
  file.seen(renamed, begin);
  EXPECT_TRUE(file.is_whole(begin));
  file.deal_with();
  EXPECT_FALSE(file.due());
  EXPECT_FALSE(file.is_whole(begin + 1h));
}

TEST(FileSettling, WaitsForWhoeverWritesToCloseIt) {
  FileSettling file(old_state);
  file.wrote(begin);
  file.seen(half, begin);
  EXPECT_FALSE(file.is_whole(begin + FileSettling::quiet + 10s)) << "he pauses";
  file.wrote(begin + 20s);
  file.finished(begin + 20s);
  file.seen(whole, begin + 20s);
  EXPECT_TRUE(file.is_whole(begin + 20s));
}

TEST(FileSettling, TakesWhatNobodyClosesOnceItIsLeftAlone) {
  FileSettling file(old_state);
  file.wrote(begin);
  ASSERT_TRUE(file.due());
  EXPECT_EQ(*file.due(), begin + FileSettling::quiet_while_open);
  file.seen(whole, *file.due());
  EXPECT_TRUE(file.is_whole(begin + FileSettling::quiet_while_open));
  file.deal_with();
  EXPECT_FALSE(file.due());
}

TEST(FileSettling, TakesWhatTheKernelDoesNotTellOfOnceItIsLeftAlone) {
  FileSettling file(old_state);
  file.touched();
  file.seen(half, begin);
  EXPECT_FALSE(file.is_whole(begin + 1s));
  file.touched();
  file.seen(whole, begin + 1s);
  EXPECT_FALSE(file.is_whole(begin + FileSettling::quiet)) << "it has changed again";
  EXPECT_EQ(*file.due(), begin + 1s + FileSettling::quiet);
  EXPECT_TRUE(file.is_whole(begin + 1s + FileSettling::quiet));
}

TEST(FileSettling, IsGoneOnlyWhenItStaysAway) {
  FileSettling file(old_state);
  file.touched();
  file.seen(gone, begin);
  EXPECT_FALSE(file.is_whole(begin + 1s));
  file.wrote(begin + 1s);
  file.finished(begin + 1s);
  file.seen(renamed, begin + 1s);
  EXPECT_TRUE(file.is_whole(begin + 1s));
  file.deal_with();
  file.touched();
  file.seen(gone, begin + 5s);
  EXPECT_TRUE(file.is_whole(begin + 5s + FileSettling::quiet));
}

TEST(FileSettling, IsNotLookedAtForEverBecauseSomebodyHasItOpen) {
  FileSettling file(old_state);
  file.wrote(begin);
  const BootTime late = begin + FileSettling::quiet_while_open;
  file.seen(old_state, late);
  EXPECT_FALSE(file.due());
}

// Whatever happens: while a writer has it open and has written within the last while, it is not whole; and once all is
// quiet it is taken, or is what it was.
TEST(FileSettling, TakesNoHalfAndLeavesNoWhole) {
  EXPECT_TRUE(rc::check("any order of writes, closes, renames and looks", [] {
    FileSettling file(old_state);
    BootTime now = begin, written = begin - 1h;
    FileStamp stamp = old_state;
    bool is_open = false;
    for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6))) {
      now += std::chrono::milliseconds(*rc::gen::inRange(0, 3000));
      if (step == 0 || step == 1) {
        is_open = true;
        written = now;
        ++stamp.modified;
        file.wrote(now);
      } else if (step == 2 && is_open) {
        is_open = false;
        file.finished(now);
      } else if (step == 3 && !is_open) {
        ++stamp.inode;
        file.finished(now);
      } else {
        file.seen(stamp, now);
        const bool is_whole = file.is_whole(now);
        RC_ASSERT(!is_whole || !is_open || now >= written + FileSettling::quiet_while_open);
        if (is_whole) file.deal_with();
      }
    }
    now += 2min;
    file.seen(stamp, now);
    if (file.is_whole(now)) file.deal_with();
    file.seen(stamp, now);
    RC_ASSERT(!file.has_changed());
    RC_ASSERT(!file.due());
  }));
}

}  // namespace
}  // namespace gatepost::support
