// Who may include whom, and how long a file may grow.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "world/places.hpp"
#include "world/scratch.hpp"

namespace {

namespace fs = std::filesystem;

const fs::path root = gatepost::world::source_folder();

struct Include {
  fs::path from;     ///< relative to the root
  std::string what;  ///< as written
  bool quoted;
};

std::vector<fs::path> sources(const std::vector<std::string>& folders, const fs::path& of = root) {
  std::vector<fs::path> found;
  for (const auto& folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(of / folder))
      if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp")
        found.push_back(fs::relative(entry.path(), of));
  return found;
}

bool is_test(const fs::path& file) {
  return file.filename().string().ends_with("_test.cpp") || file.filename() == "test_parts.hpp";
}

std::vector<Include> includes_of(const fs::path& file, const fs::path& of = root) {
  static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> found;
  std::ifstream lines(of / file);
  for (std::string line; std::getline(lines, line);)
    if (std::smatch match; std::regex_search(line, match, pattern)) found.push_back({file, match[2], match[1] == "\""});
  return found;
}

// Every include of the folders' sources that is not `allowed`, as "from includes what".
std::vector<std::string> breaches(const std::vector<std::string>& folders,
                                  const std::function<bool(const Include&)>& allowed, const fs::path& of = root) {
  std::vector<std::string> found;
  for (const auto& file : sources(folders, of))
    for (const auto& include : includes_of(file, of))
      if (!is_test(file) && !allowed(include)) found.push_back(file.string() + " includes " + include.what);
  return found;
}

using Rooms = std::map<std::string, std::set<std::string>>;

// Whom a room of engine/ may know, besides itself and the SDK: the house's plan. What stands in nobody's line is used
// by no other room. The headers of support, which plugins include too, are <gatepost/support/…>.
const Rooms& plan() {
  static const Rooms rooms{
      {"support", {}},
      {"core", {}},
      {"plugin", {"support"}},
      {"config", {"plugin", "support"}},
      {"journal", {"core", "support"}},
      {"runtime", {"core", "journal", "config", "plugin", "support"}},
      {"observe", {"runtime", "core", "config", "support"}},
      {"supervisor", {"observe", "runtime", "core", "journal", "config", "plugin", "support"}},
      {"api", {"supervisor", "observe", "runtime", "core", "journal", "config", "plugin", "support"}},
      {"service", {"api", "plugin", "support"}},
      {"cli", {"api", "config", "plugin", "support"}},
  };
  return rooms;
}

// A file that knows more than its room may, and why.
bool is_an_exception(const fs::path& file, const std::string& what) {
  const std::string name = file.generic_string();
  if (name == "engine/cli/run.cpp")  // puts the whole together
    return what.starts_with("supervisor/") || what.starts_with("runtime/") || what.starts_with("observe/");
  return (name == "engine/cli/verify.cpp" && what == "journal/verify.hpp") ||  // of a journal, by whoever has it
         (name == "engine/cli/after_kill.cpp" && what == "core/gate.hpp");     // a bound that it tells
}

std::string room_of(const fs::path& file) {
  auto part = file.begin();
  return (++part)->string();
}

bool of_support(const Include& include) { return include.what.starts_with("gatepost/support/"); }

bool keeps_to_the_plan(const Include& include) {
  const std::string room = room_of(include.from);
  if ((!include.quoted && !of_support(include)) || room == "include") return true;
  const std::string other = of_support(include) ? "support" : include.what.substr(0, include.what.find('/'));
  return room == other || (plan().contains(room) && plan().at(room).contains(other)) ||
         is_an_exception(include.from, include.what);
}

bool ours(const Include& include) { return include.quoted || include.what.starts_with("gatepost/"); }
bool of_the_hal(const Include& include) { return include.what.starts_with("gatepost/hal/"); }

TEST(Arrows, TheRulesAreHeldAgainstRealFiles) {
  EXPECT_GT(sources({"engine"}).size(), 20U);
  EXPECT_FALSE(includes_of("engine/core/lane.cpp").empty());
}

TEST(Arrows, TheSdkStandsOnTheStandardLibraryAndBoostSystemAlone) {
  EXPECT_THAT(breaches({"engine/include"},
                       [](const Include& include) {
                         const bool boost = include.what.starts_with("boost/");
                         return ours(include) ? !include.quoted && !of_the_hal(include) && !of_support(include)
                                              : !boost || include.what == "boost/system/result.hpp" ||
                                                    include.what == "boost/version.hpp";
                       }),
              testing::IsEmpty());
}

// A machine is told the time and asks for what it wants done; it does nothing itself.
TEST(Arrows, TheMachinesIncludeTheSdkAndNothingThatWaitsOrReadsOrTellsTheTime) {
  const std::vector<std::string> forbidden{
      "thread",  "mutex",      "condition_variable", "atomic",  "future",     "semaphore", "latch",
      "barrier", "stop_token", "shared_mutex",       "fstream", "filesystem", "iostream",  "ostream",
      "istream", "random"};
  EXPECT_THAT(breaches({"engine/core"},
                       [&](const Include& include) {
                         if (include.quoted) return include.what.starts_with("core/");
                         if (ours(include)) return !of_the_hal(include) && !of_support(include);
                         const bool standard = include.what.find_first_of("./") == std::string::npos;
                         return standard && std::ranges::find(forbidden, include.what) == forbidden.end();
                       }),
              testing::IsEmpty());
  static const std::regex clock(R"(\bnow\(\)|clock_gettime|gettimeofday|\btime\(nullptr\)|\bSystemClock\b)");
  std::vector<std::string> asked;
  for (const auto& file : sources({"engine/core"})) {
    std::ifstream lines(root / file);
    for (std::string line; std::getline(lines, line);)
      if (std::regex_search(line, clock)) asked.push_back(file.string() + ": " + line);
  }
  EXPECT_THAT(asked, testing::IsEmpty());
}

// The commit path: it reaches no plugin, output, screen or log, since it knows none.
TEST(Arrows, TheJournalKnowsTheCommitQueueAndRecordsAlone) {
  const std::vector<std::string> known{
      "core/commit_queue.hpp", "core/hooks.hpp",      "core/time.hpp",     "gatepost/boot.hpp",
      "gatepost/record.hpp",   "gatepost/result.hpp", "gatepost/time.hpp", "gatepost/file_descriptor.hpp"};
  EXPECT_THAT(breaches({"engine/journal"},
                       [&](const Include& include) {
                         return !ours(include) || include.what.starts_with("journal/") || of_support(include) ||
                                std::ranges::find(known, include.what) != known.end();
                       }),
              testing::IsEmpty());
}

TEST(Arrows, TheEngineKnowsNoHalAndNoPlugin) {
  EXPECT_THAT(breaches({"engine"},
                       [](const Include& include) {
                         return !of_the_hal(include) && include.what.find("plugins/") == std::string::npos &&
                                !include.what.starts_with("..") &&
                                (!include.quoted || fs::exists(root / "engine" / include.what));
                       }),
              testing::IsEmpty());
}

TEST(Arrows, TheHalKnowsNothingOfOursButErrorsTimeAndOpenFiles) {
  EXPECT_THAT(breaches({"hal"},
                       [](const Include& include) {
                         if (include.quoted) return fs::exists(root / "hal" / include.what);
                         return !ours(include) || of_the_hal(include) || include.what == "gatepost/result.hpp" ||
                                include.what == "gatepost/time.hpp" || include.what == "gatepost/file_descriptor.hpp" ||
                                include.what == "gatepost/device_need.hpp";
                       }),
              testing::IsEmpty());
}

TEST(Arrows, APluginIncludesTheSdkTheHalSupportAndItsOwnFolder) {
  const std::vector<fs::path> installed{"engine/include", "hal/include", "engine/support/include"};
  EXPECT_THAT(breaches({"plugins"},
                       [&](const Include& include) {
                         if (include.quoted) return fs::exists(root / include.from.parent_path() / include.what);
                         return !ours(include) || std::ranges::any_of(installed, [&](const fs::path& place) {
                           return fs::exists(root / place / include.what);
                         });
                       }),
              testing::IsEmpty());
}

// It is installed, and compiled into plugins: what it stood on would have to be too.
TEST(Arrows, SupportIncludesTheSdkAndItselfAlone) {
  EXPECT_THAT(breaches({"engine/support"},
                       [](const Include& include) {
                         return !ours(include) ||
                                (!include.quoted &&
                                 (of_support(include) || fs::exists(root / "engine/include" / include.what)));
                       }),
              testing::IsEmpty());
}

TEST(Arrows, EachRoomOfTheEngineKnowsThoseOfThePlanAlone) {
  std::vector<std::string> unplanned;
  for (const auto& entry : fs::directory_iterator(root / "engine")) {
    const std::string room = entry.path().filename().string();
    if (entry.is_directory() && room != "include" && !plan().contains(room)) unplanned.push_back(room);
  }
  EXPECT_THAT(unplanned, testing::IsEmpty());
  EXPECT_THAT(breaches({"engine"}, keeps_to_the_plan), testing::IsEmpty());
}

// Taken away one after the other, those whom nobody left is known by.
TEST(Arrows, OfThePlanGoInNoCircle) {
  Rooms left = plan();
  for (std::size_t before = left.size() + 1; left.size() < before;) {
    before = left.size();
    std::erase_if(left, [&](const auto& room) {
      return std::ranges::none_of(left, [&](const auto& other) { return room.second.contains(other.first); });
    });
  }
  std::vector<std::string> names;
  for (const auto& [name, others] : left) names.push_back(name);
  EXPECT_THAT(names, testing::IsEmpty());
}

// A copy of the house, where each room includes each one that it must not know: every arrow that is turned is seen.
TEST(Arrows, ThatAreTurnedAreSeen) {
  const gatepost::world::Scratch copy;
  fs::copy(root / "engine", copy / "engine", fs::copy_options::recursive);
  std::size_t turned = 0;
  for (const auto& [room, known] : plan()) {
    std::ofstream file(copy / "engine" / room / "turned.cpp");
    for (const auto& [other, ignored] : plan())
      if (other != room && !known.contains(other))
        file << (other == "support" ? "#include <gatepost/support/turned.hpp>\n"
                                    : "#include \"" + other + "/turned.hpp\"\n"),
            ++turned;
  }
  EXPECT_GT(turned, 50U);
  EXPECT_EQ(breaches({"engine"}, keeps_to_the_plan, copy / ".").size(), turned);
}

TEST(Sizes, AFileIsOneIdea) {
  std::vector<std::string> long_files;
  for (const auto& file : sources({"engine", "hal", "plugins", "tools"})) {
    std::ifstream in(root / file);
    const auto lines = std::count(std::istreambuf_iterator<char>(in), {}, '\n');
    if (lines > (is_test(file) ? 500 : 400)) long_files.push_back(file.string() + ": " + std::to_string(lines));
  }
  EXPECT_THAT(long_files, testing::IsEmpty());
}

TEST(Plugins, EachHasItsReadmeAndItsTest) {
  std::vector<std::string> lacking;
  for (const auto& list : fs::recursive_directory_iterator(root / "plugins")) {
    if (list.path().filename() != "CMakeLists.txt") continue;
    const fs::path folder = list.path().parent_path();
    const std::string name = folder.filename().string();
    if (!fs::exists(folder / "README.md")) lacking.push_back(name + ": README.md");
    if (!fs::exists(folder / (name + "_test.cpp"))) lacking.push_back(name + ": " + name + "_test.cpp");
  }
  EXPECT_THAT(lacking, testing::IsEmpty());
}

}  // namespace
