// Built for another major version of its kind's SDK.
#include <gatepost/descriptor.hpp>
namespace gatepost {
constexpr SdkVersion former_version(PluginKind) { return {0, 7}; }
}  // namespace gatepost
#define sdk_version former_version
#include "good.cpp"
