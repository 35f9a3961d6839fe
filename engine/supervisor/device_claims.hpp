// Devices that let several programs in, such as a relay board on the network: two sites of one machine that use the
// same one do not see each other's commands, so each says that it does.
#pragma once

#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <memory>
#include <string>

namespace gatepost::supervisor {

/// Used under the lock of its owner.
class DeviceClaims {
 public:
  /// Its life is the claim's.
  using Claim = std::shared_ptr<const FileDescriptor>;

  /// An Error names the process of this machine that has claimed it. Within this process a claim is shared.
  Result<Claim> claim(const std::string& device);

 private:
  std::map<std::string, std::weak_ptr<const FileDescriptor>> own_;
};

}  // namespace gatepost::supervisor
