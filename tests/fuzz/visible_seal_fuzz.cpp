// links: gatepost::support
#include <cstdint>
#include <cstdlib>

#include "../../plugins/credential/visible_seal/document_types.cpp"
#include "../../plugins/credential/visible_seal/seal.cpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto seal = visible_seal::read_seal(bytes);
  if (!seal || !*seal) return 0;
  if (!bytes.starts_with((*seal)->signed_bytes) || !bytes.ends_with((*seal)->signature)) std::abort();
  if (named_features(**seal).size() > (*seal)->features.size()) std::abort();
  static_cast<void>(document_name(**seal));
  return 0;
}
