// What a plugin says, without what it was given to keep.
#include "config/redaction.hpp"

#include <gmock/gmock.h>

#include "shelf.hpp"

namespace gatepost::config {
namespace {

/// Settings of the shelf's scanner (device, …) with one value that is hidden.
Redaction hiding(Value value) {
  static const auto catalogue = shelf::catalogue();
  PluginUse use{catalogue.find("scanner")->descriptor, {std::move(value)}, {"gun", "/"}, {true}};
  return Redaction(use);
}

TEST(Redaction, BlotsOutEachPartOfAnAddress) {
  const auto redacted = hiding(std::string("https://records.example:8443/hook/in?token=s3cr3t"));
  for (const auto& [said, shown] : std::vector<std::pair<std::string, std::string>>{
           {"https://records.example:8443/hook/in: answered 500", "***: answered 500"},
           {"https://records.example:443/hook/in", "https://***:443***"},
           {"could not resolve host: records.example", "could not resolve host: ***"},
           {"POST /hook/in failed", "POST *** failed"},
           {"token=s3cr3t", "***"},
           {"answered 500", "answered 500"}})
    EXPECT_EQ(redacted(said), shown);
}

TEST(Redaction, BlotsOutADevicesName) {
  const auto redacted = hiding(std::string("serial:/dev/hidden0?baud=9600"));
  EXPECT_EQ(redacted("/dev/hidden0: no such file"), "***: no such file");
  EXPECT_EQ(redacted("serial:/dev/hidden0?baud=9600"), "***");
  const Error error = redacted(Error{"no answer from /dev/hidden0", "/dev/hidden0", "look at /dev/hidden0"});
  EXPECT_EQ(error.what, "no answer from ***");
  EXPECT_EQ(error.where, "***");
  EXPECT_EQ(error.remedy, "look at ***");
}

TEST(Redaction, BlotsOutAShortOneWhereItStandsAlone) {
  const auto redacted = hiding(std::string("42"));
  EXPECT_EQ(redacted("refused with the PIN 42, as 142 and pin_42 were"),
            "refused with the PIN ***, as 142 and pin_42 were");
  EXPECT_EQ(redacted("42"), "***");
  EXPECT_EQ(hiding(std::int64_t{7})("relay 7 of 17"), "relay *** of 17");
}

TEST(Redaction, KeepsWhatIsNoSecret) {
  EXPECT_TRUE(hiding(std::string()).empty());
  EXPECT_TRUE(hiding(true).empty());
  static const auto catalogue = shelf::catalogue();
  const PluginUse open{
      catalogue.find("scanner")->descriptor, {std::string("serial:/dev/shown0")}, {"gun", "/"}, {false}};
  EXPECT_TRUE(Redaction(open).empty());
}

}  // namespace
}  // namespace gatepost::config
