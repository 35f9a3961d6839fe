// A plugin whose settings had other names.
#include <gatepost/descriptor.hpp>

namespace {

struct Settings {
  std::string address;
  std::int32_t baud = 9600;
  std::string token;
};
constexpr auto table =
    gatepost::settings(gatepost::field("address", &Settings::address, "where it is").required().formerly("device"),
                       gatepost::field("baud", &Settings::baud, "bits a second").formerly("speed").formerly("rate"),
                       gatepost::field("token", &Settings::token, "its password").secret().formerly("password"));

class Silent final : public gatepost::Input {
 public:
  explicit Silent(Settings) {}
  gatepost::Result<void> run(gatepost::InputHost&, std::stop_token) override { return {}; }
};

}  // namespace

GATEPOST_INPUT("renamed", "an input with settings of another time", table, Silent)
