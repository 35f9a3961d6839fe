#include "plugin/load_copy.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <boost/dll/shared_library.hpp>
#include <memory>

#include "plugin/examine.hpp"

namespace gatepost::plugin {
namespace {

// What is loaded stays until the program ends: a plugin's libraries may keep things for the whole process (RE2 does),
// which unloading would leak.
constexpr auto load_mode = boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local |
                           static_cast<boost::dll::load_mode::type>(RTLD_NODELETE);

}  // namespace

Result<const Descriptor*> load_copy(int descriptor, const std::string& where) {
  boost::dll::fs::error_code failure;
  const std::string path = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor);
  const boost::dll::shared_library object(path, load_mode, failure);
  if (failure)
    return Error{"cannot be loaded: " + failure.message(), where, "run ldd on it for libraries that are missing"};
  const Descriptor& found = object.get<const Descriptor>(descriptor_symbol);
  if (auto agreed = agrees(found, where); !agreed) return agreed.error();
  return &found;
}

}  // namespace gatepost::plugin
