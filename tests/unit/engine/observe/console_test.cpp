#include "observe/console.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace gatepost::observe {
namespace {

TEST(Console, GoesOnWhenItsLogHasRoomAgain) {
  std::ostringstream log;
  const lane::Phrases phrases({"en"});
  Console console(log, phrases, {.colour = false, .subjects = true});
  log.setstate(std::ios::badbit);  // as after a write to a full disk
  Record record{.kind = RecordKind::device};
  record.reason = "up";
  console.recorded(record);
  EXPECT_THAT(log.str(), testing::HasSubstr("device"));
}

}  // namespace
}  // namespace gatepost::observe
