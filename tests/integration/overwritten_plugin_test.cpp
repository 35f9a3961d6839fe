// What an update does to a running engine when it writes over the plugins' files.
#include <gmock/gmock.h>

#include "gun_site.hpp"
#include "world/places.hpp"

namespace gatepost {
namespace {

namespace fs = std::filesystem;

TEST(OverwrittenPlugin, HarmsNoScanOfARunningEngine) {
  world::Scratch folder;
  for (const auto& entry : fs::directory_iterator(world::plugins_folder()))
    fs::copy_file(entry.path(), folder / entry.path().filename().string());
  GunSite site({}, "(?P<subject>E[0-9]{6})", folder.path().string());
  site.plug();
  const auto engine = site.run();
  int overwritten = 0;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    std::ofstream(entry.path(), std::ios::binary | std::ios::in) << std::string(4096, '\xCC');  // in place
    fs::resize_file(entry.path(), 4096);
    ++overwritten;
  }
  ASSERT_GE(overwritten, 6);
  site.scan("E000001");
  EXPECT_TRUE(engine->says("E000001")) << engine->output();
  site.scan("E000003");
  EXPECT_TRUE(engine->says("not on the list")) << engine->output();
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(), 0) << engine->output();
}

// Plugins are loaded from copies that nobody can change. A gate starts though the kernel is busy with one.
TEST(PrivateCopies, AreSealedOnceTheKernelIsDoneWithThem) {
  const auto plugins = [](const char* busy) {
    const world::Scratch folder;
    world::Process process({"/usr/bin/env", "LD_PRELOAD=" + world::preload("busy_seals"),
                            "ASAN_OPTIONS=verify_asan_link_order=0", std::string("BUSY_SEALS=") + busy,
                            "GATEPOST_PLUGIN_PATH=" + world::plugins_folder(), world::command(), "plugins", "serial"},
                           folder / "out");
    const int exit = process.ends().value_or(-1);
    return std::to_string(exit) + " " + process.output();
  };
  EXPECT_THAT(plugins("3"), testing::StartsWith("0 serial (input)"));
  EXPECT_THAT(plugins("1000000"), testing::HasSubstr("sealing it: Device or resource busy"));
}

}  // namespace
}  // namespace gatepost
