// links: gatepost_engine
// What a client of the control socket sends: refused, or a verb; and what is refused is answered in one harmless line.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto request = gatepost::api::parse_request(text);
  if (request && (request->verb.empty() || request->verb.size() > 32)) std::abort();
  const std::string line = request ? gatepost::api::line_of(request->fields)
                                   : gatepost::api::line_of(gatepost::Error{std::string(text), "", ""});
  if (std::ranges::count(line, '\n') != 1 || line.back() != '\n') std::abort();
  const auto again = gatepost::api::parse_request(std::string_view(line).substr(0, line.size() - 1));
  if (request && line.size() <= gatepost::api::longest_request && !again) std::abort();
  return 0;
}
