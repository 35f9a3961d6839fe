#include <gatepost/support/file_watcher.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <gatepost/support/file_reader.hpp>

#include "world/scratch.hpp"
#include "world/site_host.hpp"

namespace gatepost::support {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace fs = std::filesystem;
namespace world = gatepost::world;

/// Text is good where its last line ends and it does not begin with '!'.
Result<FileContent<std::string>> read_text(const FileState& state) {
  std::ifstream in(state.path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!text.ends_with('\n') || text.starts_with('!')) return Error{"is broken", state.path.string(), "mend it"};
  return FileContent<std::string>{std::make_shared<const std::string>(std::move(text))};
}

class AWatchedFile : public testing::Test {
 protected:
  using Watch = Watched<std::string>;

  void write(const std::string& text) const { std::ofstream(file_, std::ios::binary) << text; }
  void replace(const std::string& text) const { world::replace(file_, text); }
  Result<Watch> begin(std::function<Result<FileContent<std::string>>(const FileState&)> read = read_text) {
    return Watch::begin(*host_, {.file = file_, .alarm = "text_not_taken", .last_good_for = 24h}, std::move(read));
  }
  static std::string text_of(const Watch& watch) {
    const auto now = watch.now();
    return now.value ? *now.value : "nothing";
  }
  static bool shows(const Watch& watch, const std::string& text) {
    return world::comes_true([&] { return text_of(watch) == text && !watch.now().trouble; });
  }
  bool alarmed() const {
    return world::comes_true([&] { return !host_->alarm("text_not_taken").empty(); });
  }
  std::size_t kept() const {
    std::error_code none;
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_ / "data", none), {}));
  }

  const world::Scratch folder_;
  const fs::path file_ = folder_.write("in/list.txt", "one\n");
  std::shared_ptr<world::SiteHost> host_ = std::make_shared<world::SiteHost>(folder_ / "data");
};

TEST_F(AWatchedFile, IsTakenAgainWhenItIsReplaced) {
  const auto watch = begin();
  ASSERT_TRUE(watch);
  EXPECT_EQ(text_of(*watch), "one\n");
  replace("two\n");
  EXPECT_TRUE(shows(*watch, "two\n"));
  fs::remove(file_);
  write("three\n");
  EXPECT_TRUE(shows(*watch, "three\n"));
  write("four\n");
  EXPECT_TRUE(shows(*watch, "four\n"));
  EXPECT_EQ(host_->alarm("text_not_taken"), "");
}

TEST_F(AWatchedFile, IsNotTakenHalfWritten) {
  const auto watch = begin();
  ASSERT_TRUE(watch);
  const FileDescriptor writer(::open(file_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  ASSERT_EQ(::write(writer.number(), "half\n", 5), 5);
  for (int i = 0; i < 10; ++i) {
    host_->pass(5s);
    std::this_thread::yield();
    ASSERT_EQ(text_of(*watch), "one\n");
  }
  EXPECT_TRUE(world::comes_true([&] { return host_->pass(10s), text_of(*watch) == "half\n"; })) << "never closed";
}

TEST_F(AWatchedFile, IsTakenWholeOnceItsWriterHasClosedIt) {
  const auto watch = begin();
  {
    const FileDescriptor writer(::open(file_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    ASSERT_EQ(::write(writer.number(), "half\n", 5), 5);
    host_->pass(5s);
    ASSERT_EQ(::write(writer.number(), "whole\n", 6), 6);
  }
  EXPECT_TRUE(shows(*watch, "half\nwhole\n"));
}

// What is read while somebody begins to write is not believed, good or bad.
TEST_F(AWatchedFile, IsReadAgainWhereItIsWrittenMeanwhile) {
  std::promise<void> reading, written;
  std::atomic<int> reads = 0;
  const auto watch = begin([&](const FileState& state) {
    auto content = read_text(state);
    if (++reads == 2) {
      reading.set_value();
      written.get_future().wait();
    }
    return content;
  });
  ASSERT_TRUE(watch);
  replace("!two");
  reading.get_future().wait();
  write("three\n");
  written.set_value();
  EXPECT_TRUE(shows(*watch, "three\n"));
  EXPECT_EQ(host_->alarm("text_not_taken"), "");
  EXPECT_EQ(reads, 3);
}

// Somebody has begun to write before it is looked at, and the kernel's word of that comes after the reading.
TEST_F(AWatchedFile, IsNotBelievedWhereTheKernelSaysAfterwardsThatItIsWritten) {
  FileReader reader(*host_, {.file = file_, .alarm = "text_not_taken"},
                    detail::reading_of<std::string>(read_text, "list"), FileReader::Keeps::copies);
  ASSERT_TRUE(reader.begin());
  const auto text = [&] { return *static_cast<const std::string*>(reader.now().value.get()); };
  replace("half\n");
  reader.finished();
  reader.look({}, [&] { reader.wrote(); });
  EXPECT_EQ(text(), "one\n");
  reader.finished();
  reader.look({}, [] {});
  EXPECT_EQ(text(), "half\n");
}

TEST_F(AWatchedFile, ThatIsBrokenOrGoneLeavesWhatWasTakenAndBeginsAnAlarm) {
  const auto watch = begin();
  replace("!broken\n");
  ASSERT_TRUE(alarmed());
  EXPECT_EQ(text_of(*watch), "one\n");
  EXPECT_THAT(watch->now().trouble->what, HasSubstr("is broken"));
  EXPECT_THAT(host_->alarm("text_not_taken"), HasSubstr("right less than an hour ago"));
  replace("two\n");
  EXPECT_TRUE(shows(*watch, "two\n"));
  EXPECT_TRUE(world::comes_true([&] { return host_->alarm("text_not_taken").empty(); }));
  fs::remove(file_);
  EXPECT_TRUE(world::comes_true([&] { return host_->pass(1s), !host_->alarm("text_not_taken").empty(); }));
  EXPECT_EQ(text_of(*watch), "two\n");
}

TEST_F(AWatchedFile, IsUsedNoLongerThanTheSiteSaysWhileItCannotBeTaken) {
  const auto watch = begin();
  replace("!broken\n");
  ASSERT_TRUE(alarmed());
  host_->pass(23h);
  EXPECT_EQ(text_of(*watch), "one\n");
  host_->pass(2h);
  EXPECT_EQ(text_of(*watch), "nothing");
  EXPECT_THAT(watch->now().trouble->what, HasSubstr("older than last_good_for"));
}

TEST_F(AWatchedFile, IsKeptForTheNextStart) {
  { const auto watch = begin(); }
  for (const char* broken : {"!", "", "cut off"}) {
    replace(broken);
    const auto watch = begin();
    ASSERT_TRUE(watch) << broken;
    EXPECT_EQ(text_of(*watch), "one\n");
    EXPECT_TRUE(watch->now().trouble);
    EXPECT_NE(host_->alarm("text_not_taken"), "");
    host_->alarm_ends("text_not_taken");
  }
  fs::remove(file_);
  EXPECT_TRUE(begin());
  host_->time.pass(26h);
  const auto late = begin();
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().what, HasSubstr("older than last_good_for"));
}

TEST_F(AWatchedFile, IsKeptForItsOwnersEyesAndOnce) {
  {
    const auto watch = begin();
    replace("two\n");
    EXPECT_TRUE(shows(*watch, "two\n"));
  }
  { const auto again = begin(); }
  EXPECT_EQ(kept(), 1U) << "the state before is gone";
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "data"))
    EXPECT_EQ(entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none)
        << entry.path();
}

// A power cut leaves what was complete.
TEST_F(AWatchedFile, HalfKeptIsNotFound) {
  { const auto watch = begin(); }
  fs::create_directory(folder_ / "data/text_not_taken.7");
  std::ofstream(folder_ / "data/text_not_taken.7/copy") << "half";
  fs::remove(file_);
  const auto watch = begin();
  ASSERT_TRUE(watch);
  EXPECT_EQ(text_of(*watch), "one\n");
  EXPECT_EQ(kept(), 1U);
}

TEST_F(AWatchedFile, IsToldToBeRightAsLongAsItIs) {
  const auto watch = begin();
  host_->pass(5h);  // in which nothing happens
  replace("!broken\n");
  ASSERT_TRUE(alarmed());
  EXPECT_THAT(host_->alarm("text_not_taken"), HasSubstr("less than an hour"));
  const auto at_a_start = begin();
  ASSERT_TRUE(at_a_start);
  host_->time.pass(23h);
  EXPECT_EQ(text_of(*at_a_start), "one\n") << "it was right 23 h ago, not 28";
}

// An index: what was made of a state is found by the next start, and gone with the state.
TEST_F(AWatchedFile, FindsWhatWasMadeOfIt) {
  std::atomic<int> made = 0;
  const auto read = [&](const FileState& state) -> Result<FileContent<std::string>> {
    auto content = read_text(state);
    if (!content) return content;
    if (state.made.empty() || !fs::exists(state.made / "index")) {
      std::ofstream(state.folder / "index") << ++made;
      return content;
    }
    return content;
  };
  { const auto watch = begin(read); }
  EXPECT_EQ(made, 1);
  {
    const auto watch = begin(read);
    EXPECT_EQ(made, 1) << "found";
    replace("two\n");
    ASSERT_TRUE(shows(*watch, "two\n"));
    EXPECT_EQ(made, 2);
    fs::remove(file_);
  }
  const auto watch = begin(read);
  ASSERT_TRUE(watch);
  EXPECT_EQ(text_of(*watch), "two\n");
  EXPECT_EQ(made, 2) << "found, though the file is gone";
}

TEST_F(AWatchedFile, WhoseFoldersComeAndGoIsFoundAgain) {
  const auto watch = begin();
  fs::rename(folder_ / "in", folder_ / "away");
  EXPECT_TRUE(world::comes_true([&] { return host_->pass(1s), !host_->alarm("text_not_taken").empty(); }));
  folder_.write("in/list.txt", "two\n");
  EXPECT_TRUE(world::comes_true([&] { return host_->pass(1s), text_of(*watch) == "two\n"; }));
  replace("three\n");
  EXPECT_TRUE(world::comes_true([&] { return host_->pass(100ms), text_of(*watch) == "three\n"; }));
}

TEST_F(AWatchedFile, ByALinkIsSeenWhereItLeads) {
  const auto other = folder_.write("elsewhere/list.txt", "linked\n");
  fs::remove(file_);
  fs::create_symlink(other, file_);
  const auto watch = begin();
  EXPECT_EQ(text_of(*watch), "linked\n");
  host_->time.run();
  std::ofstream(other) << "changed\n";
  host_->pass(FileWatcher::poll_every);
  EXPECT_TRUE(shows(*watch, "changed\n"));
}

TEST_F(AWatchedFile, ThatHangsHoldsUpNoOther) {
  std::promise<void> goes_on;
  const auto end = goes_on.get_future().share();
  std::atomic<int> reads = 0;
  const auto hanging = begin([&, end](const FileState& state) {
    if (++reads > 1) end.wait();
    return read_text(state);
  });
  const auto other = folder_.write("other.txt", "one\n");
  const auto watch = Watch::begin(*host_, {.file = other, .alarm = "other_not_taken"}, read_text);
  ASSERT_TRUE(watch);
  replace("two\n");
  ASSERT_TRUE(world::comes_true([&] { return reads == 2; }));
  EXPECT_EQ(text_of(*hanging), "one\n");
  std::ofstream(other) << "two\n";
  EXPECT_TRUE(shows(*watch, "two\n"));
  goes_on.set_value();
  EXPECT_TRUE(shows(*hanging, "two\n"));
}

TEST_F(AWatchedFile, WhoseReadingThrowsIsBroken) {
  const auto watch = begin([](const FileState& state) {
    auto content = read_text(state);
    if (content && *content->value == "two\n") throw std::runtime_error("oh");
    return content;
  });
  replace("two\n");
  ASSERT_TRUE(alarmed());
  EXPECT_THAT(watch->now().trouble->what, HasSubstr("threw oh"));
  EXPECT_EQ(text_of(*watch), "one\n");
}

TEST_F(AWatchedFile, IsReadOnceWithoutATraceForACheck) {
  ASSERT_TRUE(
      read_once(*host_, {.file = file_, .alarm = "text_not_taken"}, detail::reading_of<std::string>(read_text, "x")));
  EXPECT_EQ(kept(), 0U);
  { const auto watch = begin(); }
  fs::remove(file_);
  EXPECT_TRUE(
      read_once(*host_, {.file = file_, .alarm = "text_not_taken"}, detail::reading_of<std::string>(read_text, "x")));
  EXPECT_NE(host_->alarm("text_not_taken"), "") << "it would run, and tell";
}

TEST_F(AWatchedFile, IsReadWhereNothingMayBeWritten) {
  fs::path folder = "somewhere";
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before != nullptr ? before : "/tmp";
  ::setenv("TMPDIR", "/proc/self", 1);
  const auto read = [&](const FileState& state) -> Result<FileContent<std::string>> {
    folder = state.folder;
    return read_text(state);
  };
  const auto watch =
      read_once(*host_, {.file = file_, .alarm = "text_not_taken"}, detail::reading_of<std::string>(read, "x"));
  ::setenv("TMPDIR", kept.c_str(), 1);
  EXPECT_TRUE(watch) << to_line(watch.error());
  EXPECT_TRUE(folder.empty()) << "and whoever needs one says so";
}

TEST_F(AWatchedFile, IsTakenWithoutADataFolderToo) {
  host_ = std::make_shared<world::SiteHost>("");
  const auto watch = begin();
  ASSERT_TRUE(watch);
  replace("two\n");
  EXPECT_TRUE(shows(*watch, "two\n"));
}

}  // namespace
}  // namespace gatepost::support
