// What tests of devices that lie share: a lane with the liar, and one beside it that must not notice.
#pragma once

#include "devices/acm_serial.hpp"
#include "site.hpp"

namespace gatepost::lab {

/// The lane `liar` has the device that `entry` describes ("plugin: serial, device: …"), the lane `other` an honest
/// scanner. Make it after the liar, which must outlive the engine.
class LiarSite {
 public:
  explicit LiarSite(const std::string& entry) : LiarSite("  liar: { " + entry + " }\n", {"main", "liar: in"}) {}

  /// With a lane of the test's own.
  LiarSite(const std::string& devices, const LaneOf& lane) {
    honest_.plug();
    EXPECT_NE(honest_.tty(), "");
    site_ = std::make_unique<Site>(devices + "  honest: { plugin: serial, device: '" + honest_.address() + "' }\n",
                                   std::vector<LaneOf>{lane, {"other", "honest: in"}});
    site_->run({"honest up"});
  }

  Site* operator->() { return site_.get(); }

  /// What the engine has said, for whoever reads why a test failed.
  std::string said() { return site_->engine().output(); }

  /// The device is refused, and the Record of that says `why`.
  bool refuses(const std::string& why) { return site_->tells("device down liar", why); }

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

}  // namespace gatepost::lab
