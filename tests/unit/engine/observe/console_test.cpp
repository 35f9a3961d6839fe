#include "observe/console.hpp"

#include <gmock/gmock.h>

namespace gatepost::observe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Console, ShowsARecordInOneLine) {
  std::vector<std::string> lines;
  const MessageCatalogue messages({"en"});
  Console console([&](std::string line) { lines.push_back(std::move(line)); }, messages, {});
  Record record{.kind = RecordKind::device};
  record.reason = "up";
  record.details["identity"] = "two\nlines";
  console.recorded(record);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("device")));
  EXPECT_EQ(lines[0].find('\n'), std::string::npos);
}

}  // namespace
}  // namespace gatepost::observe
