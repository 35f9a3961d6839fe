#include <utf8proc.h>

#include <array>
#include <gatepost/support/utf16.hpp>
#include <optional>
#include <utility>

namespace gatepost::support {

namespace {

constexpr std::size_t longest = 4;  ///< bytes of one code point
constexpr char no_utf8 = '\xFF';

class Decoder {
 public:
  Decoder(ByteSource rest, bool big_endian) : rest_(std::move(rest)), big_endian_(big_endian) {}

  std::size_t operator()(char* buffer, std::size_t size) {
    std::size_t given = 0;
    while (given + longest <= size) {
      const auto first = unit();
      if (!first) {
        if (std::exchange(odd_, false)) buffer[given++] = no_utf8;
        break;
      }
      given += write(*first, buffer + given);
    }
    return given;
  }

 private:
  std::size_t write(std::uint32_t point, char* into) {
    if (is_high(point)) {
      const auto low = unit();
      if (!low || !is_low(*low)) {
        waiting_ = low;
        *into = no_utf8;
        return 1;
      }
      point = 0x10000 + ((point - 0xD800) << 10) + (*low - 0xDC00);
    }
    const auto length =
        utf8proc_encode_char(static_cast<utf8proc_int32_t>(point), reinterpret_cast<utf8proc_uint8_t*>(into));
    if (length > 0 && !is_low(point)) return static_cast<std::size_t>(length);
    *into = no_utf8;
    return 1;
  }

  static bool is_high(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
  static bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

  std::optional<std::uint32_t> unit() {
    if (waiting_) return std::exchange(waiting_, std::nullopt);
    const auto first = byte();
    if (!first) return std::nullopt;
    const auto second = byte();
    odd_ = !second;
    if (!second) return std::nullopt;
    return big_endian_ ? *first << 8 | *second : *second << 8 | *first;
  }

  std::optional<std::uint32_t> byte() {
    if (next_ == end_) {
      next_ = 0;
      end_ = rest_(bytes_.data(), bytes_.size());
      if (end_ == 0) return std::nullopt;
    }
    return static_cast<unsigned char>(bytes_[next_++]);
  }

  ByteSource rest_;
  bool big_endian_;
  bool odd_ = false;                        ///< the last unit lacks its second byte
  std::optional<std::uint32_t> waiting_{};  ///< read after half a pair
  std::array<char, 4096> bytes_{};
  std::size_t next_ = 0, end_ = 0;
};

}  // namespace

ByteSource utf8_of_utf16(ByteSource rest, bool big_endian) { return Decoder(std::move(rest), big_endian); }

}  // namespace gatepost::support
