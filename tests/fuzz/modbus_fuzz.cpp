// links: gatepost::hal
// What a board answers. Whatever comes, what is found lies within it, and a reader that takes away what is no answer
// comes to an end; on TCP nothing is an answer that does not carry the request's transaction.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "modbus/frame.hpp"

namespace {

using namespace gatepost::hal::modbus;

constexpr std::uint16_t transaction = 0x4017;

void held_or_abort(bool good) {
  if (!good) std::abort();
}

template <class F>
void read_all(std::string_view bytes, F find) {
  while (true) {
    const Found found = find(bytes);
    held_or_abort(found.size <= bytes.size());
    if (found.what == Found::part || found.what == Found::broken) return;
    held_or_abort(found.size > 0);
    bytes.remove_prefix(found.size);
  }
}

}  // namespace

// The first byte chooses the request.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Request requests[] = {read_coil(1, 1), read_input(1, 3), write_coil(1, 2, true), write_coil(1, 2, false),
                              flash_coil(1, 1, 5)};
  const Request& request = requests[data[0] % 5];
  read_all(bytes, [&](std::string_view left) {
    const Found found = find_in_tcp(left, request, transaction);
    if (found.what == Found::answer || found.what == Found::refusal)
      held_or_abort(left.starts_with("\x40\x17") && found.size >= 9);
    return found;
  });
  read_all(bytes, [&](std::string_view left) {
    const Found found = find_in_rtu(left, request);
    if (found.what == Found::answer || found.what == Found::refusal) held_or_abort(left[0] == 1 && found.size >= 5);
    return found;
  });
  return 0;
}
