// gatepost record and gatepost replay, of a real engine with a gun on a pseudo-terminal.
#include <gmock/gmock.h>

#include <gatepost/hal/tape.hpp>

#include "integration/gun_site.hpp"
#include "world/guards.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CommandRecord : public testing::Test {
 protected:
  void SetUp() override {
    site_.plug();
    engine_ = site_.run();
  }
  void scan(const std::string& code, const char* verdict = "GRANT") {
    site_.scan(code);
    ASSERT_TRUE(engine_->says(verdict)) << engine_->output();
  }
  std::string path(const std::string& name) const { return (site_.disk() / name).string(); }
  world::Said record(std::vector<std::string> options = {}) {
    options.insert(options.begin(), "gun");
    return site_.say("record", options);
  }
  world::Said replay(std::vector<std::string> words) {
    words.insert(words.begin(), "replay");
    return shell_.say(words);
  }
  void make_key(const std::string& name, const std::string& bytes) {
    site_.disk().write(name, bytes);
    std::filesystem::permissions(site_.disk() / name, std::filesystem::perms::owner_read);
  }

  GunSite site_;
  world::Shell shell_{world::plugins_folder()};
  std::unique_ptr<world::Process> engine_;
};

TEST_F(CommandRecord, HoldsTheShapeAndNobodysCode) {
  scan("E000001");
  const auto said = record();
  EXPECT_EQ(said.exit, 0) << said.text;
  const auto tape = hal::Tape::parse(said.text);
  ASSERT_TRUE(tape) << said.text;
  EXPECT_EQ(tape->device, "gun");
  EXPECT_EQ(tape->plugin, "serial");
  EXPECT_FALSE(tape->clear);
  std::string bytes;
  for (const auto& entry : tape->entries) bytes += entry.bytes;
  EXPECT_EQ(bytes, "A000000\r");
  EXPECT_TRUE(tape->sealed.empty());
}

TEST_F(CommandRecord, IsReplayedAsItWasReadAndComparedWithThat) {
  scan("E000001");
  scan("0", "DENY");
  ASSERT_EQ(record({"--clear", "-o", path("gun.tape")}).exit, 0);
  const auto said = replay({path("gun.tape")});
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(said.text,
              AllOf(HasSubstr("7 bytes  E000001"), HasSubstr("1 bytes  0"), HasSubstr(" s after the one before")));
  site_.disk().write("gun.expected", said.text);
  EXPECT_EQ(replay({path("gun.tape"), "--expect", path("gun.expected")}).exit, 0);
  site_.disk().write("gun.expected", "something else\n");
  const auto other = replay({path("gun.tape"), "--expect", path("gun.expected")});
  EXPECT_EQ(other.exit, 1);
  EXPECT_THAT(replay({path("gun.tape"), "--expect", path("")}).text, HasSubstr("is a folder; name a file in it"));
  EXPECT_THAT(other.text, HasSubstr("not what was expected, from line 1 on"));
}

TEST_F(CommandRecord, SealsTheTrueTapeForWhoeverHasTheKey) {
  make_key("key", std::string(32, 'k'));
  make_key("other", std::string(32, 'o'));
  scan("E000001");
  ASSERT_EQ(record({"--key", path("key"), "-o", path("gun.tape")}).exit, 0);
  EXPECT_THAT(replay({path("gun.tape")}).text, AllOf(HasSubstr("A000000"), HasSubstr("only the shape")));
  const auto opened = replay({path("gun.tape"), "--key", path("key")});
  EXPECT_EQ(opened.exit, 0);
  EXPECT_THAT(opened.text, HasSubstr("E000001"));
  const auto refused = replay({path("gun.tape"), "--key", path("other")});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.text, AllOf(HasSubstr("does not open"), Not(HasSubstr("E000001"))));
}

TEST_F(CommandRecord, KeepsTheRunBeforeACableWasDrawn) {
  scan("E000001");
  site_.unplug();
  ASSERT_TRUE(engine_->says("gun down")) << engine_->output();
  site_.plug();
  ASSERT_TRUE(world::soon([&] { return engine_->output().rfind("gun up") > engine_->output().rfind("gun down"); }));
  EXPECT_THAT(record().text, HasSubstr("has given nothing since it was opened"));
  EXPECT_THAT(record({"--before", "--clear"}).text, HasSubstr("bytes"));
}

TEST_F(CommandRecord, RefusesWhatThereIsNot) {
  EXPECT_THAT(site_.say("record", {"pistol"}).text, HasSubstr("pistol: is no input of a lane"));
  EXPECT_EQ(site_.say("record").exit, 2);
  EXPECT_EQ(record({"--clear", "--key", "x"}).exit, 2);
  scan("E000001");
  EXPECT_THAT(record({"--key", path("absent")}).text, HasSubstr("the key for tapes cannot be read"));
  EXPECT_THAT(record({"--key", path("")}).text, HasSubstr("the key for tapes is a folder"));
}

// y and z change places between these keyboards.
TEST(CommandReplay, PlaysKeysThroughTheLayoutThatIsAskedFor) {
  world::Shell shell(world::plugins_folder());
  shell.disk().write("gun.tape",
                     "gatepost-tape 1\nplugin usb_hid\nform clear\n"
                     "2000000 key 1 21 1\n2001000 key 1 21 0\n2002000 key 1 28 1\n2003000 key 1 28 0\n");
  const auto file = (shell.disk() / "gun.tape").string();
  EXPECT_THAT(shell.say({"replay", file}).text, HasSubstr("1 bytes  y"));
  EXPECT_THAT(shell.say({"replay", file, "--with", "layout: de"}).text, HasSubstr("1 bytes  z"));
}

// The kernel's ring ran over within the second scan, whose last digits came all the same.
TEST(CommandReplay, SaysWhichScanLostKeys) {
  world::Shell shell(world::plugins_folder());
  shell.disk().write("gun.tape",
                     "gatepost-tape 1\nplugin usb_hid\nform clear\n"
                     "2000000 key 1 2 1\n2001000 key 1 2 0\n2002000 key 1 28 1\n2003000 key 1 28 0\n"
                     "4000000 key 1 2 1\n4001000 key 0 3 0\n4002000 key 0 0 0\n"
                     "4003000 key 1 3 1\n4004000 key 1 3 0\n4005000 key 1 28 1\n4006000 key 1 28 0\n");
  const auto said = shell.say({"replay", (shell.disk() / "gun.tape").string()});
  EXPECT_THAT(said.text, AllOf(HasSubstr("1 bytes  1\n"), HasSubstr("damaged: lost")));
}

TEST(CommandReplay, RefusesWhatIsNoTape) {
  world::Shell shell(world::plugins_folder());
  shell.disk().write("notes.txt", "E000001\n");
  shell.disk().write("alien.tape", "gatepost-tape 1\nplugin teleporter\n");
  const auto notes = shell.say({"replay", (shell.disk() / "notes.txt").string()});
  EXPECT_EQ(notes.exit, 1);
  EXPECT_THAT(notes.text, HasSubstr("is no tape"));
  EXPECT_THAT(shell.say({"replay", (shell.disk() / "alien.tape").string()}).text,
              HasSubstr("teleporter: no plugin here reads"));
  EXPECT_EQ(shell.say({"replay"}).exit, 2);
}

}  // namespace
}  // namespace gatepost
