// A descriptor with a name that no site file could write.
#include <gatepost/descriptor.hpp>

namespace {

class Silent final : public gatepost::Input {
 public:
  explicit Silent(gatepost::NoSettings) {}
  gatepost::Result<void> run(gatepost::InputHost&, std::stop_token) override { return {}; }
};

}  // namespace

GATEPOST_INPUT("No Name!", "an input that sees nothing", gatepost::no_settings, Silent)
