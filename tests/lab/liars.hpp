// What tests of devices that lie share: lanes with liars, and one beside them that must not notice.
#pragma once

#include "devices/acm_serial.hpp"
#include "site.hpp"

namespace gatepost::lab {

/// Make it after the liars, which must outlive the engine.
class LiarSite {
 public:
  /// `devices`: lines of YAML below "devices:"; the lanes that they are on.
  LiarSite(const std::string& devices, std::vector<LaneOf> lanes) {
    honest_.plug();
    EXPECT_NE(honest_.tty(), "");
    lanes.push_back({"other", "honest: in"});
    site_ = std::make_unique<Site>(
        devices + "  honest: { plugin: serial, lines: many, device: '" + honest_.address() + "' }\n", lanes);
    site_->run({"honest up"});
  }

  Site* operator->() { return site_.get(); }

  /// What the engine has said, for whoever reads why a test failed.
  std::string said() { return site_->engine().output(); }

  /// The device is refused, and the Record of that says `why`.
  bool refuses(const std::string& device, const std::string& why) {
    return site_->tells("device down " + device, device, why);
  }

  /// A scan on the other lane is answered.
  bool other_lane_works() {
    honest_.write("E000004\r");
    return site_->recorded("attempt granted E000004", ++scans_);
  }

 private:
  AcmSerial honest_;
  std::unique_ptr<Site> site_;
  int scans_ = 0;
};

/// Tests that share one engine, which takes longer to start than most of them: `Devices` are the liars, with the lines
/// of YAML and the lanes that they want.
template <class Devices>
class Liars : public testing::Test {
 protected:
  struct World {
    Devices devices;
    LiarSite site{devices.yaml(), devices.lanes()};
  };
  static void SetUpTestSuite() { world = std::make_unique<World>(); }
  static void TearDownTestSuite() { world.reset(); }

  static inline std::unique_ptr<World> world;
};

}  // namespace gatepost::lab
