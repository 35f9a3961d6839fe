// A whole machine put back from a copy, the journal and every mark of it; the store stands elsewhere and is not.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <gatepost/support/sqlite.hpp>

#include "integration/output_site.hpp"
#include "journal/reader.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// The site's own folder for marks, so that it can be put back too.
class OwnMarks {
 public:
  explicit OwnMarks(const fs::path& folder) : before_(std::getenv("XDG_CACHE_HOME")) {
    ::setenv("XDG_CACHE_HOME", folder.c_str(), 1);
  }
  ~OwnMarks() {
    if (before_ != nullptr) ::setenv("XDG_CACHE_HOME", std::string(before_).c_str(), 1);
  }
  OwnMarks(const OwnMarks&) = delete;
  OwnMarks& operator=(const OwnMarks&) = delete;

 private:
  const char* before_;
};

struct PutBack : testing::Test {
  std::int64_t stored() const {
    auto store = support::Database::open(elsewhere / "store.db", support::Database::Access::read);
    const Result<std::int64_t> count =
        store ? store->integer("SELECT count(*) FROM records WHERE kind = 0") : store.error();
    return count ? *count : 0;
  }
  bool stores(std::int64_t scans) const {
    return world::soon([&] { return stored() >= scans; }, 10s);
  }
  std::vector<fs::path> parts() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(site.disk().path()))
      if (entry.path().filename().string().starts_with("journal.db")) found.push_back(entry.path());
    return found;
  }
  void make_copy() {
    for (const auto& part : parts()) fs::copy_file(part, copies.path() / part.filename());
    fs::copy(marks.path(), copies / "marks", fs::copy_options::recursive);
  }
  void put_back() {
    for (const auto& part : parts()) fs::remove(part);
    for (const auto& entry : fs::directory_iterator(copies.path()))
      if (entry.is_regular_file()) fs::copy_file(entry.path(), site.disk().path() / entry.path().filename());
    for (const auto& entry : fs::directory_iterator(marks.path())) fs::remove_all(entry.path());
    fs::copy(copies / "marks", marks.path(), fs::copy_options::recursive);
  }

  const world::Scratch marks, copies, elsewhere;
  const OwnMarks own{marks.path()};
  OutputSite site{"{ store: { plugin: local_store, file: '" + (elsewhere / "store.db").string() + "' } }"};
};

TEST_F(PutBack, no_scan_afterwards_is_lost_to_the_store) {
  site.run();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(site.scan());
  ASSERT_TRUE(stores(2));
  ASSERT_EQ(site.stop(), 0) << site.engine().output();
  make_copy();
  site.run();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(site.scan());
  ASSERT_TRUE(stores(6));
  ASSERT_EQ(site.stop(), 0) << site.engine().output();
  ASSERT_FALSE(fs::is_empty(copies / "marks")) << "else this is a smaller accident than was meant";
  put_back();

  site.run();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(site.scan());
  EXPECT_TRUE(stores(9)) << stored() << " of 9 scans are in the store: numbers came twice";
  EXPECT_TRUE(site.engine().says("journal_set_aside")) << site.engine().output();
  EXPECT_EQ(site.stop(), 0) << site.engine().output();
  EXPECT_EQ(site.say("verify").exit, 0);
  const auto count = stored();
  site.run();
  EXPECT_EQ(site.stop(), 0);
  EXPECT_EQ(stored(), count) << "and nothing begins anew at the next start";
}

}  // namespace
}  // namespace gatepost
