#include "config/metrics_place.hpp"

#include <gtest/gtest.h>

namespace gatepost::config {
namespace {

TEST(MetricsPlace, IsAPortOfThisMachineOrASocket) {
  EXPECT_EQ(parse_metrics_place("127.0.0.1:9464", "/etc/site"), (MetricsPlace{.host = "127.0.0.1", .port = 9464}));
  EXPECT_EQ(parse_metrics_place("[::1]:1", "/etc/site"), (MetricsPlace{.host = "::1", .port = 1}));
  EXPECT_EQ(parse_metrics_place("unix:m.sock", "/etc/site"), (MetricsPlace{.socket = "/etc/site/m.sock"}));
  EXPECT_EQ(parse_metrics_place("unix:/run/m.sock", "/etc/site"), (MetricsPlace{.socket = "/run/m.sock"}));
}

TEST(MetricsPlace, IsWrittenAsItIsRead) {
  for (const char* text : {"127.0.0.1:9464", "[::1]:1", "unix:/run/m.sock"}) {
    const auto place = parse_metrics_place(text, "/etc/site");
    ASSERT_TRUE(place) << text;
    EXPECT_EQ(to_text(*place), text);
  }
  EXPECT_EQ(to_text({}), "");
}

TEST(MetricsPlace, IsNothingThatAnotherMachineCouldReach) {
  for (const char* text : {"0.0.0.0:9464", "192.168.1.5:9464", "[::]:9464", "[fe80::1]:9464", "localhost:9464", ":9464",
                           "9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:9464x",
                           "::1:9464", "[127.0.0.1]:9464", "unix:", "", "[]:1"})
    EXPECT_FALSE(parse_metrics_place(text, "/etc/site")) << text;
}

}  // namespace
}  // namespace gatepost::config
