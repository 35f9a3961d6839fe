// A shared object that is no plugin; if anybody loads it, it leaves a file behind.
#include <cstdio>
#include <cstdlib>

namespace {

struct Trap {
  Trap() {
    if (const char* file = std::getenv("GATEPOST_TEST_TRAP")) std::fclose(std::fopen(file, "w"));
  }
} trap;

}  // namespace

extern "C" __attribute__((visibility("default"))) int some_function() { return 7; }
