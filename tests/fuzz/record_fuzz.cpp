// links: gatepost_engine
// A Record's bytes and its personal fields, as somebody may have changed them in the journal: refused, or of one form
// only. The first two bytes of the input are the length of the personal fields.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "journal/encoding.hpp"
#include "journal/personal_fields.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatepost::journal;
  if (size < 2) return 0;
  const auto bytes = std::as_bytes(std::span(data, size)).subspan(2);
  const auto personal = bytes.first(std::min<std::size_t>(bytes.size(), data[0] + 256U * data[1]));
  const auto body = bytes.subspan(personal.size());
  const auto record = decode(body, personal);
  if (record && !(std::ranges::equal(encode(*record), body) && std::ranges::equal(encode_personal(*record), personal)))
    std::abort();
  static_cast<void>(without_field(personal, "subject"));
  return 0;
}
