// links: gatepost::support; compiles: plugins/credential/aamva/license.cpp
// The code on a driver licence: what is taken has a number, its text is clean, and cut before its last subfile it is
// none.
#include "../../plugins/credential/aamva/license.hpp"

#include <cstdlib>

#include <gatepost/support/text.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  const auto read = aamva::read(payload);
  const auto* license = std::get_if<aamva::License>(&read);
  if (license == nullptr) return 0;
  if (license->number.empty() || !gatepost::support::is_digits(license->issuer, 6)) std::abort();
  for (const auto& [element, value] : license->elements)
    if (element.size() != 3 || gatepost::support::has_controls(value)) std::abort();
  if (std::holds_alternative<aamva::License>(aamva::read(payload.substr(0, 31)))) std::abort();
  return 0;
}
