// Addresses; scanners on real sockets.
#include "test_parts.hpp"

namespace {

TEST(Addresses, AreReadAndWritten) {
  for (const char* text : {"192.0.2.7", "2001:db8::7", "::1", "fe80::7%eth0", "::"}) EXPECT_EQ(host(text).text(), text);
  for (const char* text : {"192.0.2.7:4001", "[2001:db8::7]:4001", "[fe80::7%eth0]:4001", "[::]:0"})
    EXPECT_EQ(Endpoint::parse(text)->text(), text);
  EXPECT_EQ(Endpoint::parse(":4001")->text(), "[::]:4001");
  for (const char* text : {"192.0.2.0/24", "2001:db8::/64", "0.0.0.0/0", "::/0", "192.0.2.7"})
    EXPECT_EQ(Network::parse(text)->text(), text);
  EXPECT_EQ(host("::ffff:192.0.2.7"), host("192.0.2.7"));
}

TEST(Addresses, RefuseWhatIsNone) {
  for (const char* text : {"", "gate", "192.0.2", "192.0.2.256", "1:2:3", "fe80::7%", "fe80::7%a b", "192.0.2.7%eth0",
                           "fe80::7%waytoolonganame1", "::1 "})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  EXPECT_FALSE(IpAddress::parse(std::string_view("::1\0", 4)));
  for (const char* text : {"", "192.0.2.7", "192.0.2.7:", "192.0.2.7:65536", "192.0.2.7:-1", "2001:db8::7:4001",
                           "[192.0.2.7]:4001", "[]:4001", "gate:4001", "192.0.2.7:4001 "})
    EXPECT_FALSE(Endpoint::parse(text)) << text;
  for (const char* text : {"192.0.2.0/33", "192.0.2.0/", "::/129", "192.0.2.0/-1", "/24"})
    EXPECT_FALSE(Network::parse(text)) << text;
  EXPECT_THAT(Network::parse("192.0.2.7/24").error().remedy, HasSubstr("192.0.2.0/24"));
}

TEST(Addresses, BelongToANetworkOrNot) {
  const auto in = [](std::string_view network, std::string_view one) {
    return Network::parse(network)->contains(host(one));
  };
  EXPECT_TRUE(in("192.0.2.0/25", "192.0.2.127"));
  EXPECT_FALSE(in("192.0.2.0/25", "192.0.2.128"));
  EXPECT_TRUE(in("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(in("::/0", "203.0.113.9"));
  EXPECT_TRUE(in("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(in("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(in("fe80::/10", "fe80::1%eth0"));
  EXPECT_FALSE(in("fe80::1%eth1", "fe80::1%eth0"));
  EXPECT_TRUE(tcp::admits({}, host("127.0.0.9")));
  EXPECT_TRUE(tcp::admits({}, host("::1")));
  EXPECT_FALSE(tcp::admits({}, host("192.0.2.7")));
}

TEST(Addresses, OfAnyBytesComeBackFromTheirText) {
  EXPECT_TRUE(rc::check([] {
    IpAddress any;
    for (auto& byte : any.bytes) byte = *rc::gen::element<std::uint8_t>(0, 0, 0xff, 1, 0xfe, 0x80);
    RC_ASSERT(IpAddress::parse(any.text()).value() == any);
    const Endpoint endpoint{any, *rc::gen::arbitrary<std::uint16_t>()};
    RC_ASSERT(Endpoint::parse(endpoint.text()).value().host == any);
    RC_ASSERT(Network::parse(any.text()).value().contains(any));
  }));
}

TEST(TcpSettings, AreHeldAgainstEachOther) {
  EXPECT_THAT(refusal({}), HasSubstr("neither listen nor connect"));
  EXPECT_THAT(refusal({{"listen", std::string(":1")}, {"connect", std::string("::1")}}), HasSubstr("both"));
  EXPECT_THAT(refusal(listening({{"allow", std::vector<std::string>{"192.0.2.7/24"}}})), HasSubstr("192.0.2.0/24"));
  EXPECT_THAT(refusal({{"connect", std::string(":4001")}}), HasSubstr("names no scanner"));
  EXPECT_THAT(refusal(listening({{"framing", std::string("idle")}})), HasSubstr("min_length"));
  EXPECT_THAT(refusal(listening({{"framing", std::string("length")}})), HasSubstr("how many bytes"));
  EXPECT_THAT(refusal(listening({{"answer_good", std::string("\\q")}})), HasSubstr("answer_good"));
}

TEST(TcpListener, KeepsTheBytesOfSeveralScannersApart) {
  Device device(listening());
  const auto place = device.place();
  Scanner one(place, "127.0.0.2:0"), two(place, "127.0.0.3:0");
  for (std::size_t i = 0; i < 7; ++i) {
    ASSERT_TRUE(one.sends(std::string_view("E000101").substr(i, 1)));
    ASSERT_TRUE(two.sends(std::string_view("V-77-19").substr(i, 1)));
  }
  EXPECT_TRUE(one.sends("\r\n") && two.sends("\n"));
  EXPECT_THAT(device.waits_for(2), UnorderedElementsAre("127.0.0.2 E000101", "127.0.0.3 V-77-19"));
}

TEST(TcpListener, AScannerThatGoesInTheMiddleLeavesADamagedReading) {
  Device device(listening({{"idle", gatepost::Duration(10s)}}));
  Scanner one(device.place());
  one.sends("E000100\rE0001");
  one.hangs_up();
  EXPECT_THAT(device.waits_for(2), ElementsAre("127.0.0.1 E000100", "127.0.0.1 !no_terminator"));
  EXPECT_THAT(device.last_detail(), HasSubstr("5 bytes, then the scanner closed"));
  Scanner two(device.place());
  two.sends("E00010");
  device.waits_for(3, 50ms);  // it is read before it is broken off
  two.breaks_off();
  EXPECT_EQ(device.waits_for(3).size(), 3U);
  Scanner three(device.place());
  three.sends("01\r");
  EXPECT_EQ(device.waits_for(4).back(), "127.0.0.1 !lost") << "it is the rest of the one before";
  three.sends("E000102\r");
  EXPECT_EQ(device.waits_for(5).back(), "127.0.0.1 E000102");
  three.hangs_up();
  Scanner four(device.place());
  four.sends("E000103\r");
  EXPECT_EQ(device.waits_for(6).back(), "127.0.0.1 E000103") << "a new connection begins a new frame";
}

// A converter whose connection breaks off sends on the next one what was left, at once or later.
TEST(TcpListener, TheRestOfACodeIsNotAnothersCode) {
  Device device(listening({{"idle", gatepost::Duration(20ms)}}));
  Scanner one(device.place());
  one.sends("1");
  EXPECT_EQ(device.waits_for(1).back(), "127.0.0.1 !no_terminator");
  one.sends("1");
  device.waits_for(2, 5ms);
  one.breaks_off();
  Scanner two(device.place());
  std::this_thread::sleep_for(100ms);  // it is silent before
  two.sends("000101\r1000102\r");
  const auto all = device.waits_for(4);
  EXPECT_THAT(all.back(), "127.0.0.1 1000102");
  EXPECT_THAT(all, testing::Not(testing::Contains("127.0.0.1 000101")));
}

// What was lost with a connection that broke may have been the beginning of a code.
TEST(TcpListener, WhatComesAtOnceAfterABreakMayBeARest) {
  Device device(listening());
  Scanner one(device.place());
  one.sends("E000101\r");
  device.waits_for(1);
  one.breaks_off();
  Scanner two(device.place());
  two.sends("000101\rE000102\r");
  EXPECT_THAT(device.waits_for(3), ElementsAre("127.0.0.1 E000101", "127.0.0.1 !lost", "127.0.0.1 E000102"));
}

TEST(TcpListener, TakesTheEndOfAConnectionForSilenceButNotItsBreak) {
  Device device(listening({{"framing", std::string("idle")},
                           {"idle", gatepost::Duration(10s)},
                           {"min_length", std::int64_t{7}},
                           {"max_length", std::int64_t{7}}}));
  Scanner one(device.place());
  one.sends("E000101");
  one.hangs_up();
  EXPECT_THAT(device.waits_for(1), ElementsAre("127.0.0.1 E000101"));
  Scanner two(device.place());
  two.sends("E000102");
  device.waits_for(2, 50ms);
  two.breaks_off();
  EXPECT_EQ(device.waits_for(2).back(), "127.0.0.1 !no_terminator");
}

TEST(TcpListener, LetsInWhomItAllowsAndNobodyElse) {
  Device device(listening({{"allow", std::vector<std::string>{"127.0.0.2", "127.0.1.0/24"}}}));
  Scanner stranger(device.place(), "127.0.0.3:0");
  EXPECT_TRUE(stranger.is_hung_up_on());
  Scanner one(device.place(), "127.0.0.2:0"), two(device.place(), "127.0.1.77:0");
  EXPECT_TRUE(one.sends("A\r"));
  EXPECT_EQ(device.waits_for(1).back(), "127.0.0.2 A");
  EXPECT_TRUE(two.sends("B\r"));
  EXPECT_EQ(device.waits_for(2).back(), "127.0.1.77 B");
}

TEST(TcpListener, IsFullForStrangersButNotForAScannerThatCallsAnew) {
  Device device(listening({{"max_clients", std::int64_t{2}}, {"idle", gatepost::Duration(10s)}}));
  Scanner one(device.place(), "127.0.0.2:0"), two(device.place(), "127.0.0.3:0");
  one.sends("E0001");
  two.sends("B\r");
  device.waits_for(1);
  Scanner three(device.place(), "127.0.0.4:0");
  EXPECT_TRUE(three.is_hung_up_on());
  Scanner again(device.place(), "127.0.0.2:0");
  EXPECT_TRUE(one.is_hung_up_on());
  again.sends("01\rE000102\r");
  EXPECT_THAT(device.waits_for(4),
              ElementsAre("127.0.0.3 B", "127.0.0.2 !no_terminator", "127.0.0.2 !lost", "127.0.0.2 E000102"));
}

long resident_kib() {
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * 4;
}

TEST(TcpListener, TakesEndlessLinesInBoundedMemoryWhileAnotherScans) {
  Device device(listening());
  Scanner flood(device.place(), "127.0.0.2:0"), gun(device.place(), "127.0.0.3:0");
  const std::string block(64 * 1024, 'x');
  flood.sends(block);
  const long before = resident_kib();
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(flood.sends(block));
  EXPECT_LT(resident_kib() - before, 4096);
  gun.sends("E000101\r");
  EXPECT_EQ(device.waits_for(1)[0], "127.0.0.3 E000101");
  flood.sends("\rE000102\r");
  EXPECT_THAT(device.waits_for(3), ElementsAre("127.0.0.3 E000101", "127.0.0.2 !overlong", "127.0.0.2 E000102"));
}

TEST(TcpListener, AnswersTheScanner) {
  Device device(listening({{"answer_good", std::string("OK\\r\\n")},
                           {"answer_damaged", std::string("\\x15")},
                           {"min_length", std::int64_t{3}}}));
  Scanner gun(device.place());
  gun.sends("E000101\r");
  EXPECT_EQ(gun.hears(4), "OK\r\n");
  gun.sends("E\r");
  EXPECT_EQ(gun.hears(1), "\x15");
}

TEST(TcpListener, HangsUpOnAScannerThatDoesNotTakeItsAnswers) {
  Device device(listening({{"answer_good", std::string(256, 'y')}}));
  Scanner deaf(device.place());
  const int small = 4096;
  ::setsockopt(deaf.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  std::string scans;
  for (int i = 0; i < 1000; ++i) scans += "A\r";
  bool hung_up = false;
  for (int i = 0; i < 50'000 && !hung_up; ++i) hung_up = !deaf.sends(scans);
  EXPECT_TRUE(hung_up);
  Scanner gun(device.place(), "127.0.0.9:0");
  gun.sends("E000101\r");
  EXPECT_EQ(gun.hears(1), "y");
}

TEST(TcpListener, SaysWhoElseListensThere) {
  Device first(listening());
  Device second(listening({{"listen", first.place()}}));
  const auto ended = second.ended();
  ASSERT_TRUE(ended && !*ended);
  EXPECT_THAT(to_line(ended->error()), HasSubstr("ss -ltnp"));
}

TEST(TcpListener, StopsAtOnceWithScannersConnected) {
  Device device(listening());
  Scanner one(device.place());
  one.sends("E00");
  const auto asked = std::chrono::steady_clock::now();
  device.stop();
  const auto ended = device.ended();
  ASSERT_TRUE(ended.has_value() && *ended);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 500ms);
}

TEST(TcpListener, HearsBothFamiliesOnOnePort) {
  if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6 loopback";
  Device device({{"listen", std::string(":0")}});
  const auto port = device.place().substr(device.place().rfind(':'));
  Scanner four("127.0.0.1" + port), six("[::1]" + port);
  four.sends("A\r");
  EXPECT_THAT(device.waits_for(1), ElementsAre("127.0.0.1 A"));
  six.sends("B\r");
  EXPECT_EQ(device.waits_for(2).back(), "::1 B");
}

TEST(TcpCaller, ReadsFromTheScannersPortAndSaysWhenItIsGone) {
  ScannerPort port;
  Device device({{"connect", port.place()}, {"idle", gatepost::Duration(100ms)}});
  Scanner scanner = port.answers();
  std::this_thread::sleep_for(150ms);  // the line's silence before a scan
  scanner.sends("E000101\rE00");
  EXPECT_THAT(device.waits_for(1), ElementsAre("127.0.0.1 E000101"));
  scanner.hangs_up();
  EXPECT_THAT(device.waits_for(2).back(), "127.0.0.1 !no_terminator");
  const auto ended = device.ended();
  ASSERT_TRUE(ended && !*ended);
  EXPECT_THAT(to_line(ended->error()), HasSubstr(port.place() + ": gone: the scanner closed"));
}

TEST(TcpCaller, TakesWhatComesAtOnceForTheRestOfAScan) {
  ScannerPort port;
  Device device({{"connect", port.place()}});
  Scanner scanner = port.answers();
  scanner.sends("E000101\r");
  EXPECT_THAT(device.waits_for(1), ElementsAre("127.0.0.1 !lost"));
}

// The engine calls again when a run has ended: what comes first then may be the rest of what the run before was cut in.
TEST(TcpCaller, TakesTheRestOfTheRunBeforeForNoCode) {
  class Hearer final : public gatepost::InputHost {
   public:
    void emit(Reading reading) override { said.push_back(told(reading)); }
    void opened(std::string_view) override { open.set_value(); }
    std::vector<std::string> said;
    std::promise<void> open;
  };
  ScannerPort port;
  const auto input = made({{"connect", port.place()}, {"idle", gatepost::Duration(20ms)}});
  ASSERT_TRUE(input);
  const auto run = [&](const std::string& bytes) {
    Hearer hearer;
    std::jthread engine([&](const std::stop_token& stop) { static_cast<void>((*input)->run(hearer, stop)); });
    Scanner scanner = port.answers();
    hearer.open.get_future().wait();
    std::this_thread::sleep_for(60ms);  // silent before it scans
    scanner.sends(bytes);
    scanner.hangs_up();
    engine.join();
    return hearer.said;
  };
  EXPECT_THAT(run("1000101\r1"), ElementsAre("127.0.0.1 1000101", "127.0.0.1 !no_terminator"));
  EXPECT_THAT(run("000102\r1000103\r"), ElementsAre("127.0.0.1 !gap", "127.0.0.1 1000103"));
  EXPECT_THAT(run("000104\r"), ElementsAre("127.0.0.1 000104")) << "the run before it ended with a whole one";
}

TEST(TcpCaller, SaysThatNobodyIsThere) {
  std::string place = ScannerPort().place();
  Device device({{"connect", place}});
  const auto ended = device.ended();
  ASSERT_TRUE(ended && !*ended);
  EXPECT_THAT(to_line(ended->error()), HasSubstr("refused"));
}

TEST(TcpCaller, StopsWhileItsCallIsNotAnswered) {
  ScannerPort port(0);
  const Scanner first(port.place());  // the queue is full: the kernel drops the next call
  Device device({{"connect", port.place()}, {"connect_timeout", gatepost::Duration(60s)}});
  std::this_thread::sleep_for(100ms);
  const auto asked = std::chrono::steady_clock::now();
  device.stop();
  const auto ended = device.ended();
  ASSERT_TRUE(ended.has_value() && *ended);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 500ms);
}

TEST(TcpCaller, GivesUpACallInTime) {
  ScannerPort port(0);
  const Scanner first(port.place());
  Device device({{"connect", port.place()}, {"connect_timeout", gatepost::Duration(50ms)}});
  const auto ended = device.ended();
  ASSERT_TRUE(ended && !*ended);
  EXPECT_THAT(to_line(ended->error()), HasSubstr("no answer in 50 ms"));
}

}  // namespace
