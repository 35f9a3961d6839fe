#include "plugin/load.hpp"

#include <dlfcn.h>

#include <boost/dll/shared_library.hpp>

#include "plugin/examine.hpp"

namespace gatepost::plugin {
namespace {

// What is loaded stays until the program ends: a plugin's libraries may keep things for the whole process (RE2 does),
// which unloading would leak.
constexpr auto load_mode = boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local |
                           static_cast<boost::dll::load_mode::type>(RTLD_NODELETE);

}  // namespace

Result<Loaded> load(const std::string& path, const std::string& where) {
  boost::dll::fs::error_code failure;
  auto object = std::make_shared<boost::dll::shared_library>(path, load_mode, failure);
  if (failure)
    return Error{"cannot be loaded: " + failure.message(), where, "run ldd on it for libraries that are missing"};
  if (!object->has(descriptor_symbol))
    return Error{std::string("does not export ") + descriptor_symbol, where, "end its source with a GATEPOST_… macro"};
  const Descriptor& descriptor = object->get<const Descriptor>(descriptor_symbol);
  if (auto taken = agrees(descriptor, where); !taken) return taken.error();
  return Loaded{&descriptor, std::move(object)};
}

}  // namespace gatepost::plugin
