// Modbus frames: as they are published, and whatever comes.
#include "modbus/frame.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace {

using namespace gatepost::hal::modbus;

std::string bytes(std::initializer_list<int> values) {
  std::string all;
  for (const int value : values) all += static_cast<char>(value);
  return all;
}

// What a board answers, written without the code that is tested: a body in its envelope.
std::string in_tcp(std::uint16_t transaction, const std::string& body) {
  return bytes({transaction >> 8, transaction & 0xFF, 0, 0, 0, static_cast<int>(body.size())}) + body;
}
std::string in_rtu(const std::string& body) {
  const auto sum = checksum(body);
  return body + bytes({sum & 0xFF, sum >> 8});
}
std::string body_of(const Request& request) { return to_tcp(request, 0).substr(6); }
std::string answer_to(const Request& request, bool bit) {
  if (request.writes()) return body_of(request);
  return bytes({request.unit, static_cast<int>(request.function), 1, bit ? 1 : 0});
}
std::string refusal_of(const Request& request, int code) {
  return bytes({request.unit, static_cast<int>(request.function) | 0x80, code});
}

Request any_write(int unit, int channel) {
  if (*rc::gen::arbitrary<bool>()) return write_coil(unit, channel, *rc::gen::arbitrary<bool>());
  return flash_coil(unit, channel, *rc::gen::inRange(1, 0x7FFF));
}

Request any_request() {
  const int unit = *rc::gen::inRange(1, 248), channel = *rc::gen::inRange(1, 65);
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return read_coil(unit, channel);
    case 1:
      return read_input(unit, channel);
    default:
      return any_write(unit, channel);
  }
}
std::string any_bytes() { return *rc::gen::container<std::string>(rc::gen::arbitrary<char>()); }

// waveshare.com/wiki/Modbus_RTU_Relay; MODBUS Messaging on TCP/IP V1.0b, 3.1.3.
TEST(ModbusFrame, IsAsItIsPublished) {
  EXPECT_EQ(to_rtu(write_coil(1, 1, true)), bytes({0x01, 0x05, 0, 0, 0xFF, 0, 0x8C, 0x3A}));
  EXPECT_EQ(to_rtu(write_coil(1, 1, false)), bytes({0x01, 0x05, 0, 0, 0, 0, 0xCD, 0xCA}));
  EXPECT_EQ(to_rtu(flash_coil(1, 1, 5)), bytes({0x01, 0x05, 0x02, 0, 0, 0x05, 0x0C, 0x71}));
  EXPECT_EQ(to_tcp(read_coil(17, 20), 0x1501), bytes({0x15, 0x01, 0, 0, 0, 6, 17, 1, 0, 19, 0, 1}));
}

TEST(ModbusFrame, NamesItsRefusals) {
  EXPECT_EQ(exception_text(6), "6, server device busy");
  EXPECT_EQ(exception_text(99), "99");
  EXPECT_TRUE(passes(6) && passes(10) && passes(11) && passes(5));
  EXPECT_FALSE(passes(1) || passes(2) || passes(3) || passes(4));
}

RC_GTEST_PROP(ModbusFrame, FindsItsAnswerWhateverCameBefore, ()) {
  const Request request = any_request(), before = any_request();
  const auto transaction = *rc::gen::arbitrary<std::uint16_t>();
  const bool bit = *rc::gen::arbitrary<bool>();
  const auto other = static_cast<std::uint16_t>(transaction + *rc::gen::inRange(1, 65536));
  std::string came = in_tcp(other, answer_to(before, !bit)) + in_tcp(transaction, answer_to(request, bit));
  auto found = find_in_tcp(came, request, transaction);
  RC_ASSERT(found.what == Found::other);
  came.erase(0, found.size);
  found = find_in_tcp(came, request, transaction);
  RC_ASSERT(found.what == Found::answer);
  RC_ASSERT(found.size == came.size());
  RC_ASSERT(found.bit == (request.writes() ? request.value != 0 : bit));
}

// A late echo of "on" is not the answer to "off", nor one channel's another's.
RC_GTEST_PROP(ModbusFrame, TakesNoEchoForAnothers, ()) {
  const int channel = *rc::gen::inRange(1, 65);  // often the same one
  const Request request = any_write(1, channel), before = any_write(1, *rc::gen::element(channel, 1, 64));
  RC_PRE(!(request == before));
  RC_ASSERT(find_in_rtu(in_rtu(answer_to(before, true)), request).what == Found::other);
}

RC_GTEST_PROP(ModbusFrame, TellsARefusalWithItsCode, ()) {
  const Request request = any_request();
  const int code = *rc::gen::inRange(1, 256);
  for (const auto& found : {find_in_tcp(in_tcp(7, refusal_of(request, code)), request, 7),
                            find_in_rtu(in_rtu(refusal_of(request, code)), request)}) {
    RC_ASSERT(found.what == Found::refusal);
    RC_ASSERT(found.exception == code);
  }
}

RC_GTEST_PROP(ModbusFrame, WaitsForTheRestOfWhatIsCut, ()) {
  const Request request = any_request();
  for (const bool refused : {false, true}) {
    const std::string body = refused ? refusal_of(request, 6) : answer_to(request, true);
    const std::string tcp = in_tcp(7, body), rtu = in_rtu(body);
    RC_ASSERT(find_in_tcp(tcp.substr(0, *rc::gen::inRange<std::size_t>(0, tcp.size())), request, 7).what ==
              Found::part);
    RC_ASSERT(find_in_rtu(rtu.substr(0, *rc::gen::inRange<std::size_t>(0, rtu.size())), request).what == Found::part);
  }
}

// A frame of which one bit is another is no answer on a line: the checksum finds it.
RC_GTEST_PROP(ModbusFrame, BelievesNothingThatTheLineSpoilt, ()) {
  const Request request = any_request();
  std::string rtu = in_rtu(answer_to(request, true));
  const auto at = *rc::gen::inRange<std::size_t>(0, rtu.size());
  rtu[at] = static_cast<char>(rtu[at] ^ (1 << *rc::gen::inRange(0, 8)));
  const auto found = find_in_rtu(rtu, request);
  RC_ASSERT(found.what != Found::answer && found.what != Found::refusal);
}

// What is found is within what came, and what is no part is taken away, so that a reader comes to an end.
RC_GTEST_PROP(ModbusFrame, StaysWithinWhateverComes, ()) {
  const Request request = any_request();
  std::string noise = any_bytes();
  const std::string line = noise + in_rtu(answer_to(request, true));
  for (const auto& found : {find_in_tcp(noise, request, 7), find_in_rtu(noise, request)}) {
    RC_ASSERT(found.size <= noise.size());
    RC_ASSERT(found.size > 0 || found.what == Found::part || found.what == Found::broken);
  }
}

RC_GTEST_PROP(ModbusFrame, FindsTheAnswerBehindNoiseOnTheLine, ()) {
  const Request request = any_request();
  // Noise that looks like the beginning of a long frame hides what follows until that long has come.
  const auto noise = *rc::gen::container<std::string>(rc::gen::suchThat(rc::gen::arbitrary<char>(), [](char byte) {
    const auto value = static_cast<std::uint8_t>(byte);
    return value > 5 && (value & 0x7F) != 1 && (value & 0x7F) != 2 && (value & 0x7F) != 5;
  }));
  std::string came = noise + in_rtu(answer_to(request, true));
  Found found;
  while ((found = find_in_rtu(came, request)).what == Found::other) came.erase(0, found.size);
  RC_ASSERT(found.what == Found::answer || (!noise.empty() && found.what == Found::part));
}

}  // namespace
