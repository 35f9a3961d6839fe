// Built by another compiler.
#include <gatepost/descriptor.hpp>
#undef GATEPOST_TOOLCHAIN
#define GATEPOST_TOOLCHAIN "tin can and string"
#include "good.cpp"
