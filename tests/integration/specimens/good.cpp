// A plugin as it should be.
#include <gatepost/descriptor.hpp>

namespace {

class Silent final : public gatepost::Input {
 public:
  explicit Silent(gatepost::NoSettings) {}
  gatepost::Result<void> run(gatepost::InputHost&, std::stop_token) override { return {}; }
};

}  // namespace

GATEPOST_INPUT("good", "an input that sees nothing", gatepost::no_settings, Silent)
