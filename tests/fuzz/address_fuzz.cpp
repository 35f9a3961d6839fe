// links: gatepost::hal
// Any text as a device's address: refused, or one that comes back from its own text; its options read as every type.
#include <cstdint>
#include <cstdlib>

#include <gatepost/hal/options.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using gatepost::hal::Address;
  const auto address = Address::parse({reinterpret_cast<const char*>(data), size}, "/site");
  if (!address) return 0;
  if (address->text().size() > 1024) return 0;  // ? and = may stand bare in an option, and are encoded here
  const auto again = Address::parse(address->text(), "/site");
  if (!again || again->scheme != address->scheme || again->target != address->target ||
      again->options != address->options)
    std::abort();
  for (const auto& [key, value] : address->options) {
    gatepost::hal::OptionReader options(*address);
    const auto number = options.number(key, 1, -5, 5000);
    const auto fraction = options.fraction(key, 0);
    const auto time = options.time(key, {});
    if (number < -5 || number > 5000 || !(fraction >= 0 && fraction <= 1)) std::abort();
    if (time < gatepost::Duration::zero() || time > std::chrono::hours(24)) std::abort();
    static_cast<void>(options.yes(key, false));
    static_cast<void>(options.done());
  }
  return 0;
}
