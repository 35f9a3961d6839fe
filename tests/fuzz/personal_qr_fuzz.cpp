// links: gatepost::support; compiles: plugins/credential/personal_qr/person.cpp
// A personal QR code: what is taken names somebody, in capitals, digits and hidden places, and by a QID.
#include "../../plugins/credential/personal_qr/person.hpp"

#include <cstdlib>

#include <gatepost/support/text.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = personal_qr::read({reinterpret_cast<const char*>(data), size});
  const auto* person = std::get_if<personal_qr::Person>(&read);
  if (person == nullptr) return 0;
  constexpr const char* known = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789*";
  if (person->document.empty() || person->document.find_first_not_of(known) != std::string::npos ||
      !gatepost::support::is_digits(person->qid) || !gatepost::support::is_ascii(person->name))
    std::abort();
  if (person->document_masked != (person->document.find('*') != std::string::npos)) std::abort();
  return 0;
}
