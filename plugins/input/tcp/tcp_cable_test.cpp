// The cable pulled between two network namespaces.
#include "test_parts.hpp"
#include "world/cable.hpp"

namespace {

using gatepost::world::Cable;

Settings watchful(Settings more) {
  more["keepalive_after"] = gatepost::Duration(1s);
  more["keepalive_every"] = gatepost::Duration(1s);
  more["keepalive_tries"] = std::int64_t{1};
  more["idle"] = gatepost::Duration(10s);  // not silence: the keepalive is what finds it
  return more;
}

TEST(TcpHalfOpen, AScannerWhoseCableIsPulledIsFoundByKeepalive) {
  Cable cable;
  if (!cable.there()) GTEST_SKIP() << "no network namespaces here (they need the right to make them)";
  Device device(watchful({{"listen", std::string("192.0.2.1:4001")},
                          {"allow", std::vector<std::string>{"192.0.2.0/24"}},
                          {"max_clients", std::int64_t{1}}}),
                [&] { cable.plug_in(); });
  device.place_or_end();
  if (!cable.there()) GTEST_SKIP() << "no veth pair or no `ip` here";
  std::optional<Scanner> first, second;
  cable.does([&] { first.emplace("192.0.2.1:4001", "192.0.2.7:0"); });
  first->sends("E000101\rE0001");
  EXPECT_THAT(device.waits_for(1), ElementsAre("192.0.2.7 E000101"));
  cable.pull();
  const auto pulled = std::chrono::steady_clock::now();
  EXPECT_THAT(device.waits_for(2, 8s), ElementsAre("192.0.2.7 E000101", "192.0.2.7 !no_terminator"));
  EXPECT_THAT(device.last_detail(), HasSubstr("5 bytes, then "));
  EXPECT_GT(std::chrono::steady_clock::now() - pulled, 500ms);
  cable.put_back();
  cable.does([&] { second.emplace("192.0.2.1:4001", "192.0.2.8:0"); });
  second->sends("E000102\r");
  EXPECT_EQ(device.waits_for(3).back(), "192.0.2.8 E000102") << "the place of the dead one is free";
}

TEST(TcpHalfOpen, AScannerThatGatepostCalledIsFoundGoneToo) {
  Cable cable;
  if (!cable.there()) GTEST_SKIP() << "no network namespaces here (they need the right to make them)";
  std::optional<Scanner> scanner;
  std::promise<void> listens;
  Device device(watchful({{"connect", std::string("192.0.2.7:2001")}}), [&] {
    cable.plug_in();
    listens.get_future().wait();
  });
  int port = -1;
  cable.does([&] {
    const auto place = *Endpoint::parse("0.0.0.0:2001")->to_socket();
    port = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::bind(port, reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);
    EXPECT_EQ(::listen(port, 4), 0);
  });
  listens.set_value();
  device.place_or_end();
  if (!cable.there()) GTEST_SKIP() << "no veth pair or no `ip` here";
  scanner.emplace(::accept4(port, nullptr, nullptr, SOCK_CLOEXEC));
  ::close(port);
  scanner->sends("E0001");
  device.waits_for(1, 100ms);
  cable.pull();
  const auto ended = device.ended(8s);
  ASSERT_TRUE(ended && !*ended);
  EXPECT_THAT(to_line(ended->error()), HasSubstr("192.0.2.7:2001: gone: "));
  EXPECT_THAT(device.waits_for(1), ElementsAre("192.0.2.7 !no_terminator"));
}

TEST(TcpLinkLocal, ScannersAreHeardAndNamedWithTheirInterface) {
  Cable cable;
  if (!cable.there() || !has_ipv6()) GTEST_SKIP() << "no network namespaces or no IPv6 here";
  Device device(
      watchful({{"listen", std::string("[fe80::1%gp0]:4001")}, {"allow", std::vector<std::string>{"fe80::/10"}}}),
      [&] { cable.plug_in(); });
  device.place_or_end();
  if (!cable.there()) GTEST_SKIP() << "no veth pair or no `ip` here";
  std::optional<Scanner> scanner;
  cable.does([&] { scanner.emplace("[fe80::1%gp1]:4001"); });
  scanner->sends("E000101\r");
  EXPECT_THAT(device.waits_for(1), ElementsAre("fe80::7%gp0 E000101"));
}

}  // namespace
