// Contacts by their addresses, and one that can only be asked.
#include <gmock/gmock.h>

#include <gatepost/hal/contact.hpp>
#include <gatepost/hal/device_needs.hpp>
#include <gatepost/hal/polled_contact.hpp>
#include <thread>

#include "unit/hal/address.hpp"
#include "world/modbus_server.hpp"
#include "world/pty.hpp"

namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using testing::HasSubstr;

std::string contact_refusal(const std::string& text) {
  const auto checked = hal::contact_needs(address(text));
  const auto opened = hal::open_contact(address(text));
  if (checked || opened) return "taken";
  EXPECT_EQ(to_line(checked.error()), to_line(opened.error())) << "it is told of before it is opened";
  return to_line(checked.error());
}

TEST(ContactAddress, SaysWhatIsWrongBeforeItIsOpened) {
  for (const char* wrong : {"lcus:/dev/ttyUSB0", "sim:turnstile"})
    EXPECT_THAT(contact_refusal(wrong), HasSubstr("is no address of a contact"));
  for (const char* wrong : {"/unit/1", "/unit/1/input/", "/unit/1/input/x", "/unit/1/input/-1", "/unit/1/input/1x"})
    EXPECT_THAT(contact_refusal("modbus:tcp://127.0.0.1:502" + std::string(wrong)),
                HasSubstr("no address of a Modbus input"));
  EXPECT_THAT(contact_refusal("modbus:tcp://127.0.0.1/unit/1/input/1"), HasSubstr("no address of a Modbus board"));
  EXPECT_THAT(contact_refusal("modbus:tcp://127.0.0.1:502/unit/1/input/2001"), HasSubstr("has no input 2001"));
  EXPECT_THAT(contact_refusal("gpio:gpiochip0"), HasSubstr("is no address of GPIO lines"));
}

TEST(ModbusContact, IsAnInputByAConnectionOfItsOwn) {
  world::ModbusServer server;
  const auto contact = hal::open_contact(address(server.board() + "/input/3?poll=5ms"));
  ASSERT_TRUE(contact) << to_line(contact.error());
  EXPECT_FALSE((*contact)->closed().value());
  server.input(3, true);
  EXPECT_TRUE((*contact)->closed().value());
  EXPECT_FALSE((*contact)->wait_to_close(20ms, {}).value()) << "it must open first";
}

// The line of a board that somebody holds: a serial bus has one master.
TEST(ModbusContact, IsRefusedOnALineThatIsHeld) {
  world::Pty pty;
  const auto held = hal::open_contact(address("modbus:rtu:" + pty.name() + "/unit/1/input/1?timeout=2s"));
  const auto second = hal::open_contact(address("modbus:rtu:" + pty.name() + "/unit/2/input/1?timeout=200ms"));
  ASSERT_TRUE(held && second);
  std::jthread board([&] {
    pty.read(1000, 8);
    pty.write(std::string("\x01\x02\x01\x00\xA1\x88", 6));
  });
  EXPECT_FALSE((*held)->closed().value());
  EXPECT_THAT(to_line((*second)->closed().error()), HasSubstr("a serial bus has one master"));
}

// A gate is shut between two waits of one passage; whoever passes then has passed.
TEST(PolledContact, CountsWhatClosedBetweenTwoWaits) {
  bool closed = false;
  hal::PolledContact contact([&] { return closed; }, 1ms);
  EXPECT_FALSE(contact.wait_to_close(2ms, {}).value());
  closed = true;
  EXPECT_TRUE(contact.wait_to_close(2ms, {}).value());
  EXPECT_FALSE(contact.wait_to_close(2ms, {}).value()) << "once";
  closed = false;
  EXPECT_FALSE(contact.wait_to_close(2ms, {}).value());
  ASSERT_TRUE(contact.forget());
  closed = true;
  EXPECT_FALSE(contact.wait_to_close(2ms, {}).value()) << "somebody before this passage";
}

TEST(PolledContact, AWaitGoesOnFromTheLookBeforeIt) {
  bool level = true;
  hal::PolledContact contact([&]() -> Result<bool> { return level; }, std::chrono::milliseconds(1));
  ASSERT_TRUE(*contact.closed());
  level = false;
  ASSERT_FALSE(*contact.closed());
  level = true;  // before the wait has begun
  EXPECT_TRUE(*contact.wait_to_close(std::chrono::milliseconds(50), {}));
}

}  // namespace
