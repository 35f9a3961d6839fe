// A shared object that was examined becomes a plugin.
#pragma once

#include <memory>
#include <string>

#include <gatepost/descriptor.hpp>

namespace gatepost::plugin {

struct Loaded {
  const Descriptor* descriptor;
  std::shared_ptr<void> object;  ///< stays in the process even when this goes
};

/// Loads the shared object at `path` and believes its descriptor only where it agrees(). `where` names the file in
/// errors. A guard process loads the driver of its board by this too, from the very bytes that the engine examined.
Result<Loaded> load(const std::string& path, const std::string& where);

}  // namespace gatepost::plugin
