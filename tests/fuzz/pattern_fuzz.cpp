// links: PkgConfig::re2 gatepost::support; compiles: plugins/credential/pattern/date.cpp
// The first byte chooses the settings, then comes a pattern up to the first NUL, then the payload.
#include "../../plugins/credential/pattern/pattern.cpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto end = std::min(rest.find('\0'), rest.size());
  const Settings settings{.match = "(?P<subject>" + std::string(rest.substr(0, end)) + ")",
                          .encoding = (data[0] & 1) != 0 ? Encoding::latin1 : Encoding::utf8,
                          .trim = (data[0] & 2) != 0,
                          .uppercase = (data[0] & 4) != 0,
                          .date = (data[0] & 8) != 0 ? "%d%m%Y" : "%Y-%m-%d %H"};
  auto format = Pattern::make(settings, {"fuzz", "/"});
  if (!format) return 0;
  const auto parsed = (*format)->parse({.payload = std::string(rest.substr(std::min(end + 1, rest.size())))});
  if (parsed && *parsed && !gatepost::support::valid_utf8((*parsed)->subject)) std::abort();
  return 0;
}
