// links: gatepost::hal
// A tape that somebody sent.
#include <cstdint>
#include <cstdlib>
#include <gatepost/hal/tape.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using gatepost::hal::Tape;
  const auto tape = Tape::parse({reinterpret_cast<const char*>(data), size});
  if (!tape) {
    if (tape.error().remedy.empty() || tape.error().where.empty()) std::abort();
    return 0;
  }
  const auto again = Tape::parse(tape->text());
  if (!again || again->text() != tape->text()) std::abort();
  return 0;
}
