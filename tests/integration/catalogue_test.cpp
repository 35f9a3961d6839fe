// What the engine makes of the files that lie where plugins lie.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "plugin/catalogue.hpp"
#include "world/places.hpp"
#include "world/scratch.hpp"

namespace gatepost {
namespace {

namespace fs = std::filesystem;
using plugin::Catalogue;
using testing::AllOf;
using testing::HasSubstr;
using world::Scratch;

Catalogue load(const Scratch& folder) {
  const fs::path path = folder.path();
  return Catalogue::load({&path, 1});
}

fs::path put(const Scratch& folder, const std::string& specimen) {
  const fs::path file = folder / specimen;
  fs::copy_file(fs::path(world::specimens_folder()) / specimen, file);
  fs::permissions(file, fs::perms(0755));
  return file;
}

// The one refusal of a folder that also holds a good plugin, which must have been taken.
std::string refusal(const Scratch& folder) {
  const Catalogue catalogue = load(folder);
  EXPECT_NE(catalogue.find("good"), nullptr);
  if (catalogue.refused().size() != 1) return std::to_string(catalogue.refused().size()) + " refusals";
  return to_line(catalogue.refused()[0].why);
}

TEST(Catalogue, TakesAGoodPlugin) {
  Scratch folder;
  put(folder, "good.so");
  const Catalogue catalogue = load(folder);
  ASSERT_NE(catalogue.find("good"), nullptr);
  EXPECT_EQ(catalogue.find("good")->descriptor->kind, PluginKind::input);
  EXPECT_EQ(catalogue.find("bad"), nullptr);
  EXPECT_TRUE(catalogue.refused().empty());
}

TEST(Catalogue, NamesAFolderThatIsNotThere) {
  const fs::path nowhere = "/nowhere/at/all";
  const Catalogue catalogue = Catalogue::load({&nowhere, 1});
  ASSERT_EQ(catalogue.refused().size(), 1U);
  EXPECT_THAT(to_line(catalogue.refused()[0].why), HasSubstr("/nowhere/at/all"));
}

TEST(Catalogue, RefusesAnotherAbi) {
  Scratch folder;
  put(folder, "good.so");
  put(folder, "other_abi.so");
  EXPECT_THAT(refusal(folder), AllOf(HasSubstr("other_abi.so"), HasSubstr("ABI 999"), HasSubstr("build the plugin")));
}

TEST(Catalogue, RefusesAnotherToolchain) {
  Scratch folder;
  put(folder, "good.so");
  put(folder, "other_toolchain.so");
  EXPECT_THAT(refusal(folder), AllOf(HasSubstr("tin can and string"), HasSubstr(GATEPOST_TOOLCHAIN)));
}

TEST(Catalogue, RefusesAnSdkThatItDoesNotHave) {
  Scratch newer, older;
  put(newer, "good.so");
  put(newer, "newer_sdk.so");
  EXPECT_THAT(refusal(newer), AllOf(HasSubstr("2.999"), HasSubstr("kind input"), HasSubstr("update this engine")));
  put(older, "good.so");
  put(older, "older_sdk.so");
  EXPECT_THAT(refusal(older), AllOf(HasSubstr("0.7"), HasSubstr("build the plugin")));
}

TEST(Catalogue, RefusesANameThatIsTakenAndNamesBothFiles) {
  Scratch folder;
  put(folder, "good.so");
  put(folder, "twin.so");
  EXPECT_THAT(refusal(folder), AllOf(HasSubstr("twin.so"), HasSubstr("good.so"), HasSubstr("already taken")));
}

TEST(Catalogue, RefusesANameThatNobodyCanWrite) {
  Scratch folder;
  put(folder, "good.so");
  put(folder, "nameless.so");
  EXPECT_THAT(refusal(folder), HasSubstr("incomplete descriptor"));
}

TEST(Catalogue, DoesNotRunWhatIsNoPlugin) {
  Scratch folder;
  put(folder, "good.so");
  put(folder, "stranger.so");
  const fs::path trap = folder / "sprung";
  ::setenv("GATEPOST_TEST_TRAP", trap.c_str(), 1);
  EXPECT_THAT(refusal(folder), HasSubstr("does not export gatepost_plugin"));
  ::unsetenv("GATEPOST_TEST_TRAP");
  EXPECT_FALSE(fs::exists(trap));
}

TEST(Catalogue, RefusesTextAndEmptyFiles) {
  for (const char* content : {"",
                              "\x7f"
                              "ELF",
                              "not a plugin at all, but long enough to hold an ELF header, which is 64 bytes"}) {
    Scratch folder;
    put(folder, "good.so");
    fs::permissions(folder.write("text.so", content), fs::perms(0644));
    EXPECT_THAT(refusal(folder), HasSubstr("is no plugin"));
  }
}

// A loader that maps a cut file dies of a bus error; here every length of the file is tried in 97 steps.
TEST(Catalogue, RefusesAFileThatIsCutAnywhere) {
  const fs::path whole = fs::path(world::specimens_folder()) / "good.so";
  const auto size = fs::file_size(whole);
  for (std::uintmax_t step = 0; step < 97; ++step) {
    Scratch folder;
    const fs::path file = put(folder, "good.so");
    fs::resize_file(file, size * step / 97);
    const Catalogue catalogue = load(folder);
    EXPECT_EQ(catalogue.find("good"), nullptr) << step;
    ASSERT_EQ(catalogue.refused().size(), 1U) << step;
    EXPECT_THAT(to_line(catalogue.refused()[0].why), HasSubstr("good.so"));
  }
}

TEST(Catalogue, RefusesWhatOthersCanWrite) {
  Scratch folder;
  put(folder, "good.so");
  fs::copy_file(folder / "good.so", folder / "open.so");
  ::chmod((folder / "open.so").c_str(), 0757);
  EXPECT_THAT(refusal(folder), AllOf(HasSubstr("open.so"), HasSubstr("writable by others"), HasSubstr("chmod go-w")));
}

TEST(Catalogue, RefusesAFolderBelowOneThatOthersCanWrite) {
  Scratch disk;
  const fs::path above = disk / "shared";
  fs::create_directories(above / "ours" / "plugins");
  fs::copy_file(fs::path(world::specimens_folder()) / "good.so", above / "ours" / "plugins" / "good.so");
  const auto refused = [&] {
    const fs::path folder = above / "ours" / "plugins";
    const Catalogue catalogue = Catalogue::load({&folder, 1});
    return catalogue.refused().empty() ? std::string() : to_line(catalogue.refused()[0].why);
  };
  EXPECT_EQ(refused(), "");
  ::chmod(above.c_str(), 0777);
  EXPECT_THAT(refused(), AllOf(HasSubstr("writable by others"), HasSubstr(above.string())));
  ::chmod(above.c_str(), 01777);
  EXPECT_EQ(refused(), "") << "in a folder as /tmp nobody can rename what is ours";
}

TEST(Catalogue, RefusesAFolderThatOthersCanWrite) {
  Scratch folder;
  put(folder, "good.so");
  ::chmod(folder.path().c_str(), 0777);
  const Catalogue catalogue = load(folder);
  EXPECT_EQ(catalogue.find("good"), nullptr);
}

TEST(Catalogue, RefusesAFifoWithoutWaitingForIt) {
  Scratch folder;
  put(folder, "good.so");
  ASSERT_EQ(::mkfifo((folder / "pipe.so").c_str(), 0600), 0);
  EXPECT_THAT(refusal(folder), HasSubstr("is not a regular file"));
}

// The pages of a mapped file change with the file, and those beyond a cut end are a bus error.
TEST(Catalogue, RunsACopyThatNobodyCanChange) {
  Scratch folder;
  const fs::path file = put(folder, "good.so");
  const Catalogue catalogue = load(folder);
  ASSERT_NE(catalogue.find("good"), nullptr);
  const auto size = fs::file_size(file);
  std::ofstream(file, std::ios::binary) << std::string(size, '\xCC');  // in place: the same inode
  fs::resize_file(file, 0);
  const Descriptor& descriptor = *catalogue.find("good")->descriptor;
  EXPECT_STREQ(descriptor.summary, "an input that sees nothing");
  const auto input = descriptor.make.input({}, Instance{});
  ASSERT_TRUE(input);
  EXPECT_NE(*input, nullptr);
}

TEST(Catalogue, TellsALaterFileOfTheSameNameApart) {
  Scratch folder, other;
  put(folder, "good.so");
  const Catalogue first = load(folder);
  fs::copy_file(fs::path(world::specimens_folder()) / "stranger.so", folder / "stranger.so");
  const Catalogue second = load(folder);
  EXPECT_NE(second.find("good"), nullptr);
  EXPECT_NE(second.find("good")->descriptor, first.find("good")->descriptor) << "the first one's code runs again";
}

TEST(SearchPath, IsSplitAtColons) {
  ::setenv("GATEPOST_PLUGIN_PATH", "/a::/b:", 1);
  EXPECT_THAT(plugin::search_path(), testing::ElementsAre("/a", "/b"));
  ::unsetenv("GATEPOST_PLUGIN_PATH");
  EXPECT_THAT(plugin::search_path()[0].string(), HasSubstr("gatepost/plugins"));
}

}  // namespace
}  // namespace gatepost
