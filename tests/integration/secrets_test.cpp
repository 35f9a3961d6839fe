// What comes by !file is seen nowhere: not in status, Records, the log, errors.
#include <gmock/gmock.h>

#include <filesystem>

#include "integration/gun_site.hpp"
#include "world/guards.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// A gun that is absent and a receiver that nobody is at, both by addresses that are kept in files.
class KeptAddresses : public testing::Test {
 protected:
  KeptAddresses() {
    keep("gun.address", "serial:/dev/hidden-gun");
    keep("url", "http://127.0.0.1:9/hidden-path?token=hidden-token");
    keep("key", "a key that both sides of the test share");
    shell_.disk().write("site.yaml",
                        "site: { name: Kept, code: 4017 }\njournal: { file: journal.db }\n"
                        "devices: { gun: { plugin: serial, device: !file gun.address } }\n"
                        "credentials: { card: { plugin: pattern, match: '(?P<subject>.+)' } }\n"
                        "outputs: { cloud: { plugin: webhook, url: !file url, key: !file key } }\n"
                        "lanes: { entry: { inputs: { gun: in }, credentials: [card] } }\n");
  }
  void keep(const std::string& name, const std::string& text) {
    std::filesystem::permissions(shell_.disk().write(name, text + "\n"), std::filesystem::perms(0600));
  }
  std::string say(const std::string& command, const std::vector<std::string>& options = {}) {
    std::vector<std::string> words{command, (shell_.disk() / "site.yaml").string()};
    words.insert(words.end(), options.begin(), options.end());
    return shell_.say(words).text;
  }
  world::Shell shell_;
};

TEST_F(KeptAddresses, AreSeenNowhere) {
  auto engine = shell_.start({"run", (shell_.disk() / "site.yaml").string()});
  ASSERT_TRUE(engine->says("ready in")) << engine->output();
  // The gun is down and the receiver is not there: both are told of.
  ASSERT_TRUE(
      world::soon([&] { return say("status").find("cloud") != std::string::npos && engine->says("gun down"); }));
  ASSERT_TRUE(world::soon([&] { return say("status", {"--json"}).find("\"trouble\":\"") != std::string::npos; }));
  const std::string status = say("status");
  EXPECT_THAT(status, HasSubstr("***")) << "that something is wrong is told";
  const std::vector<std::string> all{
      status,       say("status", {"--json"}), say("records"),  say("records", {"--json"}),
      say("check"), say("check", {"--echo"}),  engine->output()};
  for (const auto& said : all)
    for (const char* hidden : {"hidden-gun", "hidden-path", "hidden-token", "127.0.0.1"})
      EXPECT_THAT(said, Not(HasSubstr(hidden)));
}

}  // namespace
}  // namespace gatepost
