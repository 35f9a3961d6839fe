// The sites to start from, and the ways in that need no hardware, as a user runs them.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include "world/command.hpp"
#include "world/places.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

const fs::path configs = fs::path(world::source_folder()) / "configs";

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(Configs, EachIsRightAsItStands) {
  world::Shell shell;
  int found = 0;
  for (const auto& entry : fs::directory_iterator(configs)) {
    if (entry.path().extension() != ".yaml") continue;
    ++found;
    const auto said = shell.say({"check", entry.path().string()});
    EXPECT_EQ(said.exit, 0) << entry.path() << ": " << said.text;
  }
  EXPECT_GE(found, 2);
}

// What a scanner on this machine hears when it sends `code` to `port`.
std::string scan(int port, const std::string& code) {
  const int line = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{5, 0};
  ::setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(static_cast<std::uint16_t>(port));
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(line, reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);
  EXPECT_EQ(::send(line, code.data(), code.size(), MSG_NOSIGNAL), std::ssize(code));
  char answer[16];
  const auto size = ::recv(line, answer, sizeof answer, 0);
  ::close(line);
  return size < 0 ? "" : std::string(answer, static_cast<std::size_t>(size));
}

TEST(Configs, TheTcpSiteReadsAScannerAndNamesIt) {
  world::Shell shell;
  shell.disk().write("demo/people.csv", text_of(configs / "demo/people.csv"));
  const std::string here = shell.disk().path().string();
  std::string site = replaced(text_of(configs / "tcp.yaml"), "127.0.0.1:4001", "127.0.0.1:0");
  site = replaced(replaced(site, "../data/tcp/journal.db", here + "/j.db"), "../data/tcp/scans.db", here + "/s.db");
  const auto file = shell.disk().write("tcp.yaml", site).string();
  auto engine = shell.start({"run", file});
  const std::string mark = "listening on 127.0.0.1:";
  ASSERT_TRUE(engine->says(mark)) << engine->output();
  const std::string output = engine->output();
  const int port = std::atoi(output.c_str() + output.find(mark) + mark.size());
  EXPECT_EQ(scan(port, "E000101\r"), "OK\r\n");
  ASSERT_TRUE(engine->says("E000101")) << engine->output();
  EXPECT_THAT(shell.say({"records", file, "--json"}).text, HasSubstr("\"entry_scanners@127.0.0.1\""));
}

TEST(Replay, AtFullSpeedLosesNothing) {
  world::Shell shell;
  std::string tape;
  for (int i = 0; i < 2000; ++i)
    tape += R"({"at_us":)" + std::to_string(i) + R"(,"text":"E)" + std::to_string(100'000 + i) + "\"}\n";
  shell.disk().write("tape.jsonl", tape);
  const auto file = shell.disk()
                        .write("site.yaml",
                               "site: { name: Tape, code: 4019 }\njournal: { file: j.db }\n"
                               "devices: { tape: { plugin: replay, file: tape.jsonl, speed: max } }\n"
                               "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
                               "lanes: { entry: { inputs: { tape: in }, credentials: [card], repeat_within: 0s } }\n")
                        .string();
  auto engine = shell.start({"run", file});
  ASSERT_TRUE(engine->says("E101999", std::chrono::seconds(30))) << engine->output();
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(), 0);
  const auto records = shell.say({"records", file, "--json", "--limit", "10000"}).text;
  EXPECT_EQ(count(records, "\"kind\":\"attempt\""), 2000U);
  EXPECT_THAT(records, AllOf(HasSubstr("the source has ended"), Not(HasSubstr("\"kind\":\"alarm\""))));
}

}  // namespace
}  // namespace gatepost
