// links: gatepost::support Boost::json OpenSSL::Crypto
// The first byte chooses how deep the bytes go in: as a code's text, as what a signature holds, as a trust list.
#include <cstdint>
#include <cstdlib>
#include <gatepost/support/base45.hpp>

#include "../../plugins/credential/health_certificate/dcc.cpp"
#include "../../plugins/credential/health_certificate/dcc_content.cpp"
#include "../../plugins/credential/health_certificate/shc.cpp"
#include "../../plugins/credential/health_certificate/shc_content.cpp"
#include "../../plugins/credential/health_certificate/trust_list.cpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace health_certificate;
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  static const TrustList nobody;
  const auto any = [](Kind) { return true; };
  switch (data[0] % 6) {
    case 0:
      if (verify_dcc(bytes, nobody)) std::abort();
      break;
    case 1:
      if (verify_dcc(gatepost::support::base45_encode(bytes), nobody)) std::abort();
      break;
    case 2:
      if (verify_shc(bytes, nobody)) std::abort();
      break;
    case 3:
      if (const auto content = read_dcc_content(bytes, any); content && content->person.size() < 2) std::abort();
      break;
    case 4:
      if (const auto content = read_shc_content(bytes); content && content->certificate.person.size() < 2) std::abort();
      break;
    default:
      if (const auto list = TrustList::parse(bytes, "list"); list && list->size() == 0) std::abort();
  }
  return 0;
}
