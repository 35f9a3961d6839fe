#define ZLIB_CONST  // its input is not written to
#include <zlib.h>

#include <algorithm>
#include <gatepost/support/inflate.hpp>
#include <memory>

namespace gatepost::support {

std::optional<std::string> inflated(std::string_view bytes, Packed packed, std::size_t most) {
  z_stream stream{};
  if (inflateInit2(&stream, packed == Packed::zlib ? MAX_WBITS : -MAX_WBITS) != Z_OK) return {};
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> owner(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<const Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string text;
  int status = Z_OK;
  while (status == Z_OK) {
    const std::size_t before = text.size();
    if (before > most) return {};
    text.resize(std::min(most + 1, std::max<std::size_t>(before * 2, 1024)));  // one more shows that there is more
    stream.next_out = reinterpret_cast<Bytef*>(text.data()) + before;
    stream.avail_out = static_cast<uInt>(text.size() - before);
    status = ::inflate(&stream, Z_NO_FLUSH);
    text.resize(text.size() - stream.avail_out);
    if (status == Z_OK && text.size() == before) return {};  // it waits for more
  }
  if (status != Z_STREAM_END || stream.avail_in != 0 || text.size() > most) return {};
  return text;
}

}  // namespace gatepost::support
