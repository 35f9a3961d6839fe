// links: gatepost::support; compiles: plugins/credential/payment_code/payment.cpp
// A payment code: no cut one is whole, and what is taken ends in its checksum.
#include "../../plugins/credential/payment_code/payment.hpp"

#include <cstddef>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  if (!payment_code::is_payment(payload)) return 0;
  if (payload.find("6304") == std::string_view::npos || payload.find("000201") == std::string_view::npos) std::abort();
  if (payload.size() > 14 && payment_code::is_payment(payload.substr(0, 13))) std::abort();
  return 0;
}
