// Who has a place where many call at once, and what converters send between scans.
#include "test_parts.hpp"

#include <gatepost/framer.hpp>

#include "telnet.hpp"

namespace {

/// "E0300\rE0301\r…": what one caller sends in one go.
std::string ten_scans(int caller) {
  std::string all;
  for (int i = 0; i < 10; ++i) all += "E" + std::to_string(100 + caller) + std::to_string(i) + "\r";
  return all;
}

TEST(TcpPlaces, SixteenCallersAtOnceLoseNoScan) {
  Device device(listening());
  const auto place = device.place();
  std::vector<Scanner> callers;
  for (int i = 0; i < 16; ++i) {
    callers.emplace_back(place);
    ASSERT_TRUE(callers.back().sends(ten_scans(i)));
  }
  EXPECT_EQ(device.waits_for(160, 20s).size(), 160U) << "they stay connected, so each takes the place of a silent one";
}

TEST(TcpPlaces, CallersThatHangUpAtOnceLoseNoScan) {
  Device device(listening({{"max_clients", std::int64_t{2}}}));
  const auto place = device.place();
  for (int i = 0; i < 16; ++i) {
    Scanner caller(place);
    ASSERT_TRUE(caller.sends(ten_scans(i)));
  }
  EXPECT_EQ(device.waits_for(160, 20s).size(), 160U);
}

// What the kernel took before the line was given up is read all the same.
TEST(TcpPlaces, AScannerThatTakesNoAnswersLosesNoScan) {
  Device device(listening({{"answer_good", std::string(256, 'y')}, {"lines", std::string("many")}}));
  Scanner deaf(device.place());
  const int small = 4096;
  ::setsockopt(deaf.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  constexpr std::size_t count = 30'000;
  std::string scans;
  for (std::size_t i = 0; i < count; ++i) scans += "A\r";
  ASSERT_TRUE(deaf.sends(scans));
  EXPECT_EQ(device.waits_for(count, 20s).size(), count);
}

TEST(TcpPlaces, IdleConnectionsOfOneAddressKeepNoOtherScannerOut) {
  Device device(listening({{"max_clients", std::int64_t{4}}, {"idle", gatepost::Duration(50ms)}}));
  const auto place = device.place();
  std::vector<Scanner> idle;
  for (int i = 0; i < 4; ++i) idle.emplace_back(place, "127.0.0.2:0");
  Scanner other(place, "127.0.0.3:0");
  ASSERT_TRUE(other.sends("E000301\r"));
  EXPECT_THAT(device.waits_for(1), ElementsAre("127.0.0.3 E000301"));
  EXPECT_THAT(device.refusals(), ElementsAre(HasSubstr("127.0.0.2 lost an idle connection: 127.0.0.3 called")));
}

TEST(TcpPlaces, WhoFindsNoPlaceIsToldOf) {
  Device device(listening({{"max_clients", std::int64_t{2}}, {"allow", std::vector<std::string>{"127.0.0.0/29"}}}));
  const auto place = device.place();
  Scanner one(place, "127.0.0.2:0"), two(place, "127.0.0.3:0");
  one.sends("E1\r");
  two.sends("E2\r");
  device.waits_for(2);
  const Scanner stranger(place, "127.0.0.9:0");
  EXPECT_TRUE(stranger.is_hung_up_on());
  const Scanner third(place, "127.0.0.4:0");
  EXPECT_TRUE(third.is_hung_up_on());
  EXPECT_THAT(device.refusals(), ElementsAre(HasSubstr("127.0.0.9 its address is not among those of `allow`"),
                                             HasSubstr("127.0.0.4 all 2 places are taken")));
  EXPECT_THAT(device.alarm(), HasSubstr("a scanner is not heard"));
  one.hangs_up();
  EXPECT_TRUE(device.alarm_ends());
}

TEST(TcpPlaces, ASilentScannerThatCallsAnewTakesItsOwnPlace) {
  Device device(listening({{"max_clients", std::int64_t{2}}, {"idle", gatepost::Duration(50ms)}}));
  const auto place = device.place();
  Scanner dead(place, "127.0.0.2:0"), other(place, "127.0.0.3:0");
  dead.sends("E1\r");
  other.sends("E2\r");
  device.waits_for(2);
  const Scanner again(place, "127.0.0.2:0");
  EXPECT_TRUE(dead.is_hung_up_on());
  EXPECT_TRUE(other.sends("E3\r"));
  EXPECT_EQ(device.waits_for(3).back(), "127.0.0.3 E3");
}

TEST(TcpTelnet, NegotiationIsNoScanAndIsRefused) {
  Device device(listening());
  Scanner converter(device.place());
  converter.sends("\xFF\xFB\x01\xFF\xFD\x03\xFF\xFA\x2C\x01\xFF\xF0");
  EXPECT_EQ(converter.hears(6), "\xFF\xFE\x01\xFF\xFC\x03");
  converter.sends(std::string_view("E1\r\0", 4));
  converter.sends("\xFF\xF1");
  converter.sends("E2\xFF\xFF\r");
  converter.sends("E3\xFF\xF1\r");
  EXPECT_THAT(device.waits_for(3), ElementsAre("127.0.0.1 E1", "127.0.0.1 E2\xFF", "127.0.0.1 E3"));
}

// What a scanner says that speaks no telnet is not looked into, and how it is split makes no difference.
TEST(TcpTelnet, BytesOfACodeStayWhatTheyAre) {
  for (const std::size_t piece : {1U, 2U, 100U}) {
    tcp::Telnet telnet;
    std::string data;
    std::string_view all = "E\xFF\xFB\x01Z\xFF\xFF";
    for (; !all.empty(); all.remove_prefix(std::min(piece, all.size())))
      telnet.sift(
          all.substr(0, piece), [&] { return !data.empty(); }, [&](std::string_view part) { data += part; });
    EXPECT_EQ(data, "E\xFF\xFB\x01Z\xFF\xFF") << piece;
    EXPECT_EQ(telnet.answers(), "");
  }
}

}  // namespace
