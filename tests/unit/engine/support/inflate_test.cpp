#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <zlib.h>
#include <gatepost/support/inflate.hpp>

namespace gatepost::support {
namespace {

std::string deflated(const std::string& text, Packed packed) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, packed == Packed::zlib ? MAX_WBITS : -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string bytes(deflateBound(&stream, text.size()), '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  deflate(&stream, Z_FINISH);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

RC_GTEST_PROP(Inflate, GivesBackWhatWasPacked, ()) {
  const auto packed = *rc::gen::element(Packed::zlib, Packed::deflate);
  const auto text = *rc::gen::arbitrary<std::string>();
  const std::string bytes = deflated(text, packed);
  RC_ASSERT(inflated(bytes, packed, text.size()) == text);
  RC_ASSERT_FALSE(inflated(bytes + "x", packed, text.size()).has_value());
  RC_ASSERT_FALSE(
      inflated(bytes.substr(0, *rc::gen::inRange<std::size_t>(0, bytes.size())), packed, 1 << 16).has_value());
}

RC_GTEST_PROP(Inflate, SurvivesAnyBytes, (const std::string& bytes)) {
  for (const auto packed : {Packed::zlib, Packed::deflate}) static_cast<void>(inflated(bytes, packed, 1 << 16));
}

TEST(Inflate, HoldsItsBound) {
  const std::string bomb = deflated(std::string(2 << 20, 'A'), Packed::zlib);
  EXPECT_FALSE(inflated(bomb, Packed::zlib, 64 << 10));
  EXPECT_EQ(inflated(deflated(std::string(64 << 10, 'A'), Packed::zlib), Packed::zlib, 64 << 10)->size(), 64U << 10U);
  EXPECT_FALSE(inflated(deflated(std::string((64 << 10) + 1, 'A'), Packed::zlib), Packed::zlib, 64 << 10));
}

TEST(Inflate, SeesADamagedChecksum) {
  std::string bytes = deflated("Gatepost", Packed::zlib);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  EXPECT_FALSE(inflated(bytes, Packed::zlib, 100));
}

}  // namespace
}  // namespace gatepost::support
