// The formats and policies of a site that does not run: built to be asked, without a device, a thread or a file made.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "config/site.hpp"
#include "runtime/lane.hpp"
#include "supervisor/pseudonymizer.hpp"

namespace gatepost::supervisor {

/// Each object is built when it is first needed, and is the same for all lanes. Of one thread.
class UnrunSite {
 public:
  enum class Knows : std::uint8_t {
    nothing,  ///< policies that learn begin without a past
    journal,  ///< they are taught what the site's journal tells
  };
  /// Both outlive it. What policies and formats take for the present is what `clock` says.
  UnrunSite(const config::Site& site, const Clock& clock, Knows knows) : site_(&site), clock_(&clock), knows_(knows) {}

  Result<runtime::Parts> parts_of(const config::Lane& lane);
  Result<const Pseudonymizer*> pseudonymizer();
  /// Those that were built so far.
  const std::map<std::string, std::shared_ptr<runtime::SharedPolicy>>& policies() const { return policies_; }

 private:
  Result<std::shared_ptr<const CredentialFormat>> format(const std::string& name);
  Result<std::shared_ptr<runtime::SharedPolicy>> policy(const std::string& name);

  const config::Site* site_;
  const Clock* clock_;
  Knows knows_;
  std::unique_ptr<Pseudonymizer> pseudonymizer_;
  std::map<std::string, std::shared_ptr<const CredentialFormat>> formats_;
  std::map<std::string, std::shared_ptr<runtime::SharedPolicy>> policies_;
};

}  // namespace gatepost::supervisor
