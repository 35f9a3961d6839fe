// links: gatepost::sdk; compiles: plugins/input/serial/bytes.cpp
// Bytes as a site file writes them: escapes, and commands to a scanner.
#include "../../plugins/input/serial/bytes.hpp"

#include <cstdint>
#include <cstdlib>

#include <gatepost/framer.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto bytes = gatepost::unescape(text);
  if (bytes && bytes->size() > size) std::abort();
  const auto command = serial::command(text);
  if (command && command->size() > 256) std::abort();
  return 0;
}
