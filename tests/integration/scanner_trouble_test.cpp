// What a site makes of scanners and lists that give trouble: damaged scans, texts that are none, guessing, lists that
// shrink.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <fstream>
#include <gatepost/file_descriptor.hpp>
#include <iterator>

#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// In the site's file.
void change(const GunSite& site, const std::string& from, const std::string& to) {
  std::ifstream in(site.file());
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  site.disk().write("site.yaml", text.replace(at, from.size(), to));
}

TEST(ScannerTrouble, ADamagedScanShowsItsBytesWhereTheSiteNamesPeople) {
  for (const std::string& journal : {std::string(), std::string(", subjects: none")}) {
    GunSite site(journal);
    site.plug();
    const auto engine = site.run();
    site.types("E000001\x8D");
    ASSERT_TRUE(engine->says("scan again")) << engine->output();
    const auto said = site.say("records");
    EXPECT_THAT(said.text, HasSubstr("8D, a CR with a parity bit"));
    EXPECT_EQ(said.text.find("E000001") != std::string::npos, journal.empty()) << said.text;
    EXPECT_EQ(said.text.find("bytes=") != std::string::npos, journal.empty()) << said.text;
  }
}

TEST(ScannerTrouble, WhatIsNoScanIsCountedAndNotRecorded) {
  GunSite site;
  change(site, "plugin: serial", "plugin: serial, ignore: [NoRead, '/HB[0-9]+/'], idle: 20ms");
  site.plug();
  const auto engine = site.run();
  site.scan("NoRead");
  site.scan("HB17");
  site.scan("E000001");
  ASSERT_TRUE(engine->says("✔ GRANT")) << engine->output();
  EXPECT_THAT(site.say("status").text, ContainsRegex("gun .*; 2 ignored\n"));
  EXPECT_THAT(site.say("records").text, AllOf(Not(HasSubstr("unknown_code")), Not(HasSubstr("damaged"))));
}

// Whatever the input is, and whether it asks by itself.
TEST(ScannerTrouble, EveryKindOfInputHasTextsThatAreNoScans) {
  GunSite site;
  site.disk().write("tape.jsonl", "{\"at_us\":0,\"text\":\"NoRead\"}\n{\"at_us\":1000,\"text\":\"E000001\"}\n");
  change(site, "devices: { gun:", "devices: { tape: { plugin: replay, file: tape.jsonl, ignore: [NoRead] }, gun:");
  change(site, "inputs: { gun: in }", "inputs: { gun: in, tape: in }");
  site.plug();
  const auto engine = site.run();
  ASSERT_TRUE(engine->says("✔ GRANT")) << engine->output();
  EXPECT_THAT(site.say("status").text, ContainsRegex("tape .*; 1 ignored\n"));
  EXPECT_THAT(site.say("records").text, Not(HasSubstr("unknown_code")));
}

/// Whether a call to that port of this machine is hung up on within 5 s.
bool is_hung_up_on(const std::string& port) {
  const FileDescriptor caller(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(caller.number(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0) return false;
  pollfd watched{caller.number(), POLLIN, 0};
  char byte = 0;
  return ::poll(&watched, 1, 5000) == 1 && ::recv(caller.number(), &byte, 1, 0) <= 0;
}

TEST(ScannerTrouble, WhoIsNotLetInIsToldByStatus) {
  GunSite site;
  change(site, "devices: { gun:", "devices: { net: { plugin: tcp, listen: '127.0.0.1:0', allow: [192.0.2.1] }, gun:");
  change(site, "inputs: { gun: in }", "inputs: { gun: in, net: in }");
  site.plug();
  const auto engine = site.run();
  ASSERT_TRUE(engine->says("net up")) << engine->output();
  const std::string before = site.say("status").text, said = "listening on 127.0.0.1:";
  const auto at = before.find(said);
  ASSERT_NE(at, std::string::npos) << before;
  ASSERT_TRUE(is_hung_up_on(before.substr(at + said.size(), 5)));
  EXPECT_THAT(site.say("status").text, ContainsRegex("net .*; 1 refused, the last .* ago: 127.0.0.1, its address"));
}

TEST(ScannerTrouble, AWrongPatternIsToldWhereItStands) {
  GunSite site;
  change(site, "plugin: serial", "plugin: serial, ignore: ['/HB[0-9/']");
  const auto said = site.say("check");
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, AllOf(ContainsRegex("site.yaml:3:[0-9]+: error: ignore: '/HB"), HasSubstr("is no pattern")));
  change(site, "ignore: ['/HB[0-9/']", "ignore: ['/.*/']");
  EXPECT_THAT(site.say("check").text, HasSubstr("perhaps every scan"));
}

TEST(ScannerTrouble, WhoeverTriesCodeAfterCodeIsSlowedDownWithAnAlarm) {
  GunSite site;
  change(site, "denied_at_most: none", "denied_at_most: 3/1min");
  site.plug();
  const auto engine = site.run();
  for (int i = 0; i < 4; ++i) site.scan("E99999" + std::to_string(i));
  ASSERT_TRUE(engine->says("guessing")) << engine->output();
  EXPECT_THAT(site.say("status").text, HasSubstr("attempts are denied again and again"));
  change(site, "3/1min", "3 per minute");
  EXPECT_THAT(site.say("check").text, AllOf(HasSubstr("'3 per minute' is no rate"), HasSubstr("20/1min")));
}

TEST(ListTrouble, CheckAndStatusTellHowManyMayPass) {
  GunSite site;
  site.disk().write("people.csv", "subject,name,status,phone\nE000001,Lan,Active,1\nE000002,An,blocked,2\n");
  const std::string told = "people.csv: 1 of 2 may pass now, 1 blocked; not used: 'phone'";
  EXPECT_THAT(site.say("check").text, HasSubstr("list: " + told));
  site.plug();
  const auto engine = site.run();
  EXPECT_THAT(site.say("status").text, ContainsRegex("list +people.csv +1 of 2 may pass now, 1 blocked"));
}

TEST(ListTrouble, AListWithNobodyInItIsRefusedUnlessTheSiteSaysOtherwise) {
  GunSite site;
  site.disk().write("people.csv", "subject,name\n");
  EXPECT_THAT(site.say("check").text, AllOf(HasSubstr("nobody in it"), HasSubstr("shrink: alarm")));
  change(site, "show: [name]", "show: [name], shrink: alarm");
  const auto said = site.say("check");
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(said.text, AllOf(HasSubstr("warning"), HasSubstr("nobody in it")));
}

TEST(ListTrouble, AWarningOfCheckSaysHowAListIsRead) {
  GunSite site;
  site.disk().write("people.csv", "subject,name,valid_until\nE000001,Lan,31/12/2099\n");
  EXPECT_THAT(site.say("check").text, HasSubstr("is read as day/month/year"));
}

TEST(ListTrouble, ASettingThatIsGoneSaysWhatToDo) {
  GunSite site;
  change(site, "show: [name]", "show: [name], cache: /var/cache/gatepost");
  const auto said = site.say("check");
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text,
              AllOf(HasSubstr("has no setting 'cache' any more"), HasSubstr("remove it: indexes and last good")));
}

}  // namespace
}  // namespace gatepost
