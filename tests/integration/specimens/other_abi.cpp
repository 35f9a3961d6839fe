// Built for an engine of the future; only the first two members may be read.
#include <cstdint>

extern "C" __attribute__((visibility("default"))) const struct { std::uint32_t size, abi; } gatepost_plugin = {8, 999};
