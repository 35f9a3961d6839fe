// links: gatepost::support
// What a code says behind "GP1:", past Base45 too: the bytes are read as the text, and as what the text would hold.
#include <cstdint>
#include <cstdlib>
#include <gatepost/support/base45.hpp>
#include <gatepost/support/gate_pass.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatepost::support;
  static const SigningKey key = *SigningKey::generate();
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const std::string& text : {"GP1:" + bytes, "GP1:" + base45_encode(bytes)}) {
    const auto pass = UnverifiedGatePass::read(text);
    if (pass && *pass && (*pass)->verified_by(key.public_key())) std::abort();  // nobody has signed it
  }
  static_cast<void>(cbor::read(bytes));
  return 0;
}
