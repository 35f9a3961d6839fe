// Values that stand outside the site file, and that nobody sees again.
#include "config/secret.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>

#include <boost/json/serialize.hpp>

#include "config/load.hpp"
#include "shelf.hpp"
#include "world/scratch.hpp"

namespace gatepost::config {
namespace {

using shelf::with;
using testing::HasSubstr;
using testing::Not;

class Variable {
 public:
  explicit Variable(const char* value) { ::setenv("GATEPOST_TEST_VALUE", value, 1); }
  ~Variable() { ::unsetenv("GATEPOST_TEST_VALUE"); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
};

class Secret : public testing::Test {
 protected:
  LoadedSite load_with(const std::string& setting) {
    return load_text(with("idle: 80ms", setting), disk_ / "site.yaml", catalogue_);
  }
  std::filesystem::path keep(const char* name, std::string_view content, mode_t mode = 0600) {
    const auto file = disk_.write(name, content);
    ::chmod(file.c_str(), mode);
    return file;
  }
  Value token(const LoadedSite& loaded) const { return loaded.site->devices[0].values[6]; }

  world::Scratch disk_;
  plugin::Catalogue catalogue_ = shelf::catalogue();
};

TEST_F(Secret, ComesFromTheEnvironment) {
  const Variable variable("open sesame");
  const auto loaded = load_with("token: !env GATEPOST_TEST_VALUE");
  ASSERT_TRUE(loaded.site) << loaded.shown();
  EXPECT_EQ(token(loaded), Value(std::string("open sesame")));
  EXPECT_TRUE(loaded.site->devices[0].hidden[6]);
  EXPECT_EQ(loaded.site->tags.at("devices.entry_gun.token"), "!env GATEPOST_TEST_VALUE");
}

TEST_F(Secret, ComesFromAFileBesideTheSiteWithoutItsLineEnd) {
  for (const auto& [content, value] :
       {std::pair("a\nb\n", "a\nb"), std::pair("key\r\n", "key"), std::pair("k\n\n", "k\n")}) {
    keep("token", content);
    const auto loaded = load_with("token: !file token");
    ASSERT_TRUE(loaded.site) << loaded.shown();
    EXPECT_EQ(token(loaded), Value(std::string(value)));
    EXPECT_EQ(loaded.site->tags.at("devices.entry_gun.token"), "!file " + (disk_ / "token").string());
  }
}

TEST_F(Secret, EverySettingMayStandOutside) {
  const Variable variable("120ms");
  keep("port", "4444\n", 0640);
  const auto loaded = load_with("idle: !env GATEPOST_TEST_VALUE, port: !file port");
  ASSERT_TRUE(loaded.site) << loaded.shown();
  EXPECT_EQ(loaded.site->devices[0].values[1], Value(Duration(std::chrono::milliseconds(120))));
  EXPECT_EQ(loaded.site->devices[0].values[3], Value(std::int64_t{4444}));
  EXPECT_TRUE(loaded.site->devices[0].hidden[1]);
  EXPECT_FALSE(loaded.site->devices[0].hidden[2]);
}

TEST_F(Secret, WhatIsMissingIsToldAtItsPlace) {
  EXPECT_THAT(load_with("token: !env GATEPOST_TEST_NONE").shown(),
              HasSubstr("site.yaml:12:59: error: there is no environment variable 'GATEPOST_TEST_NONE'\n   12 |   "
                        "entry_gun: { plugin: scanner, device: \"sim:gun\", token: !env GATEPOST_TEST_NONE }\n"));
  const auto absent = load_with("token: !file absent").shown();
  EXPECT_THAT(absent, HasSubstr("site.yaml:12:59: error: cannot read the file '" + (disk_ / "absent").string()));
  EXPECT_THAT(absent, HasSubstr("check the file's name"));
  EXPECT_THAT(load_with("token: !file .").shown(), HasSubstr("is not a regular file"));
  EXPECT_THAT(load_with("token: !file").shown(), HasSubstr("not a file's name"));
  const Variable empty("");
  EXPECT_THAT(load_with("token: !env GATEPOST_TEST_VALUE").shown(), HasSubstr("is empty"));
}

TEST_F(Secret, AFileThatOthersCanReadIsRefused) {
  for (const mode_t mode : {0604U, 0602U, 0644U}) {
    const auto file = keep("token", "key\n", mode).string();
    const auto told = load_with("token: !file token").shown();
    EXPECT_THAT(told, HasSubstr("site.yaml:12:59: error: others can read or change the file '" + file + "'")) << mode;
    EXPECT_THAT(told, HasSubstr("run: chmod o-rwx " + file));
  }
}

TEST_F(Secret, AHugeFileIsRefused) {
  keep("token", std::string(secret_limit + 1, 'x'));
  EXPECT_THAT(load_with("token: !file token").shown(), HasSubstr("larger than 64KiB"));
}

TEST_F(Secret, APasswordBehindEnvIsNotRepeated) {
  const auto told = load_with("token: !env 'hunter2!'").shown();
  EXPECT_THAT(told, HasSubstr("not a variable's name"));
  EXPECT_THAT(told, Not(HasSubstr("hunter2"))) << "nor in the line that is shown";
}

TEST_F(Secret, ATagStandsOnlyBehindASetting) {
  for (const char* setting : {"plugin: !env A", "idle: !int 3", "!env idle: 3", "idle: !env [a]", "idle: [!env A]"})
    EXPECT_FALSE(load_with(setting).site) << setting;
  const auto actuator = load_text(with("actuator: gate", "actuator: !env GATE"), "site.yaml", catalogue_);
  EXPECT_FALSE(actuator.site);
  const auto input = load_text(with("entry_gun: in", "entry_gun: !env in"), "site.yaml", catalogue_);
  EXPECT_FALSE(input.site);
}

// Whatever is wrong with a value that was fetched, no diagnostic repeats it. "let-me-in" is what a plugin of the shelf
// itself complains of, with the value in its text.
TEST_F(Secret, IsInNoFinding) {
  const std::string values[] = {"let-me-in", "terminater", "99999999999", "20s-or-so", "77777s", "1.7ms", "yes!"};
  for (const auto& value : values)
    for (const char* key : {"token", "framing", "port", "idle", "beep", "longest", "columns"}) {
      const Variable variable(value.c_str());
      keep("value", value + "\n");
      for (const char* tag : {"!env GATEPOST_TEST_VALUE", "!file value"}) {
        const auto loaded = load_with(std::string(key) + ": " + tag);
        const auto told = loaded.shown() + boost::json::serialize(to_json(loaded.diagnostics, loaded.sources));
        EXPECT_THAT(told, Not(HasSubstr(value))) << key;
      }
    }
}

}  // namespace
}  // namespace gatepost::config
