#include <cbor.h>

#include <array>
#include <gatepost/support/cbor.hpp>

namespace gatepost::support::cbor {

template <class Encode, class... Argument>
void Writer::put(Encode encode, Argument... argument) {
  std::array<unsigned char, 9> head{};  // the longest that an item's head is
  const std::size_t size = encode(argument..., head.data(), head.size());
  written_.append(reinterpret_cast<const char*>(head.data()), size);
}

void Writer::integer(std::int64_t value) {
  if (value >= 0)
    put(cbor_encode_uint, static_cast<std::uint64_t>(value));
  else
    put(cbor_encode_negint, static_cast<std::uint64_t>(-1 - value));
}

void Writer::bytes(std::string_view value) {
  put(cbor_encode_bytestring_start, value.size());
  written_ += value;
}

void Writer::text(std::string_view value) {
  put(cbor_encode_string_start, value.size());
  written_ += value;
}

void Writer::array(std::size_t count) { put(cbor_encode_array_start, count); }
void Writer::map(std::size_t count) { put(cbor_encode_map_start, count); }
void Writer::tag(std::uint64_t number) { put(cbor_encode_tag, number); }

}  // namespace gatepost::support::cbor
