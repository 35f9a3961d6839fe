// How a command writes a site file: whole or not at all, and as the file was.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/edit.hpp"
#include "world/scratch.hpp"

namespace gatepost::config {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class Replace : public testing::Test {
 protected:
  Replace() {
    fs::create_directory(folder_);
    world::replace(file_, "before");
  }
  std::string content() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::ptrdiff_t files() const {
    const fs::directory_iterator all(folder_);
    return std::distance(begin(all), end(all));
  }

  world::Scratch scratch_;
  const fs::path folder_ = scratch_ / "site", file_ = folder_ / "site.yaml";
};

TEST_F(Replace, KeepsTheModeAndLeavesNothingBeside) {
  fs::permissions(file_, fs::perms(0640));
  ASSERT_TRUE(replace(file_, "before", "after"));
  EXPECT_EQ(content(), "after");
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms(0640));
  EXPECT_EQ(files(), 1);
}

TEST_F(Replace, LeavesALinkALink) {
  const fs::path link = scratch_ / "link.yaml";
  fs::create_symlink(file_, link);
  ASSERT_TRUE(replace(link, "before", "after"));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(content(), "after");
}

TEST_F(Replace, WritesNothingOverWhatSomebodyElseHasChanged) {
  const auto done = replace(file_, "another text", "after");
  ASSERT_FALSE(done);
  EXPECT_THAT(to_line(done.error()), HasSubstr("was changed by somebody else meanwhile"));
  EXPECT_EQ(content(), "before");
  EXPECT_EQ(files(), 1);
}

TEST_F(Replace, LeavesTheFileWholeWhereItsFolderCannotBeWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "root writes everywhere";
  fs::permissions(folder_, fs::perms(0500));
  EXPECT_FALSE(replace(file_, "before", "after"));
  fs::permissions(folder_, fs::perms(0700));
  EXPECT_EQ(content(), "before");
}

TEST(ChangedLines, AreShownWithoutSecrets) {
  const Source before("site.yaml", "a: 1\ntoken: hunter2\n"), after("site.yaml", "a: 2\ntoken: hunter3\n");
  const std::vector<std::string> secrets{"token"};
  const auto text = changed_lines(before, after, secrets);
  EXPECT_THAT(text, HasSubstr("@@ -1 +1 @@\n-a: 1\n+a: 2\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("hunter")));
  EXPECT_EQ(changed_lines(before, before, secrets), "");
}

}  // namespace
}  // namespace gatepost::config
