// Built for a later minor version of its kind's SDK.
#include <gatepost/descriptor.hpp>
namespace gatepost {
constexpr SdkVersion later_version(PluginKind kind) { return {sdk_version(kind).major_number, 999}; }
}  // namespace gatepost
#define sdk_version later_version
#include "good.cpp"
