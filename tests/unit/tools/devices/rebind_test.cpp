// An address in a site file, changed where it stands and nowhere else.
#include "devices/learn/rebind.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>

#include "config/tree.hpp"
#include "world/scratch.hpp"

namespace gatepost::learn {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<Binding> to_port{{"gun", "device", "usb:0c2e:0b61@1-2"}};

Result<std::vector<Edit>> rebound_in(const std::string& text, const std::vector<Binding>& bindings = to_port) {
  const std::vector sources{config::Source("site.yaml", text)};
  return rebound(sources, bindings);
}

std::string after(const std::string& text) {
  const auto edits = rebound_in(text);
  if (!edits) return to_line(edits.error());
  return edits->empty() ? "nothing" : edits->front().after.text;
}

TEST(Rebind, KeepsQuotesCommentsAndLayout) {
  EXPECT_EQ(after("devices:\n  gun:  {plugin: usb_hid,   device: 'usb:1:2' }  # left, device: 'usb:1:2'\n"),
            "devices:\n  gun:  {plugin: usb_hid,   device: 'usb:0c2e:0b61@1-2' }  # left, device: 'usb:1:2'\n");
  EXPECT_EQ(after("# \xC3\xA9 gun\ndevices:\n  gun:\n    device: \"a\\\"b\"   # x\n    layout: de\n"),
            "# \xC3\xA9 gun\ndevices:\n  gun:\n    device: \"usb:0c2e:0b61@1-2\"   # x\n    layout: de\n");
  EXPECT_EQ(after("devices:\r\n  gun:\r\n    device: usb:1:2\r\n"),
            "devices:\r\n  gun:\r\n    device: \"usb:0c2e:0b61@1-2\"\r\n");
  EXPECT_EQ(after("devices: { gun: { device: 'it''s' } }\n"), "devices: { gun: { device: 'usb:0c2e:0b61@1-2' } }\n");
}

TEST(Rebind, LeavesTheSameNameElsewhereAlone) {
  EXPECT_EQ(
      after("devices: { gun2: { device: a }, gun: { device: b } }\nlanes: { gun: { device: c } }\n"),
      "devices: { gun2: { device: a }, gun: { device: \"usb:0c2e:0b61@1-2\" } }\nlanes: { gun: { device: c } }\n");
}

TEST(Rebind, ChangesNothingWhereItIsRightAlready) {
  EXPECT_EQ(after("devices: { gun: { device: 'usb:0c2e:0b61@1-2' } }\n"), "nothing");
}

TEST(Rebind, ChangesTheFileThatHasIt) {
  const std::vector sources{
      config::Source("site.yaml", "include: [guns.yaml]\ndevices: { gun: { plugin: usb_hid } }\n"),
      config::Source("guns.yaml", "devices: { gun: { device: x } }\n")};
  const auto edits = rebound(sources, to_port);
  ASSERT_TRUE(edits);
  ASSERT_THAT(*edits, SizeIs(1));
  EXPECT_EQ(edits->front().before.file, "guns.yaml");
}

TEST(Rebind, RefusesWhatItCannotChangeInPlace) {
  EXPECT_THAT(after("devices:\n  gun: { device: !env GUN }\n"),
              AllOf(HasSubstr("site.yaml:2:"), HasSubstr("!env GUN"), HasSubstr("write by hand device:")));
  EXPECT_THAT(after("devices:\n  gun:\n    device: \"a\n      b\"\n"), HasSubstr("written in another way"));
  EXPECT_THAT(after("devices:\n  gun:\n    device: >\n      a\n"), HasSubstr("written in another way"));
  EXPECT_THAT(after("devices: { other: { device: x } }\n"), HasSubstr("give each device its address"));
}

TEST(Rebind, KeepsAnAddresssOptions) {
  EXPECT_EQ(led_to("serial:/dev/ttyUSB0?baud=115200", "usb:1a86:7523@1-2"), "usb:1a86:7523@1-2?baud=115200");
  EXPECT_EQ(led_to("serial:/dev/ttyUSB0", "usb:1a86:7523@1-2"), "usb:1a86:7523@1-2");
}

TEST(Rebind, WritesAndKeepsWhatWasThere) {
  const world::Scratch disk;
  const auto file = disk.write("site.yaml",
                               "\xEF\xBB\xBF"
                               "old");
  ::chmod(file.c_str(), 0640);
  const Edit edit{config::Source(file, "old"), config::Source(file, "new")};
  ASSERT_TRUE(write(edit));
  const auto content = [](const std::filesystem::path& name) { return *config::read_source(name); };
  EXPECT_EQ(content(file),
            "\xEF\xBB\xBF"
            "new");
  EXPECT_EQ(content(file.string() + ".previous"),
            "\xEF\xBB\xBF"
            "old");
  struct stat state {};
  ::stat(file.c_str(), &state);
  EXPECT_EQ(state.st_mode & 07777, 0640U);
  const auto again = write(edit);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().what, HasSubstr("changed by somebody else"));
  EXPECT_THAT(content(file.string() + ".previous"), HasSubstr("old")) << "a failure costs nothing";
}

/// A value of any text, as YAML writes it between quotes.
std::string quoted(const std::string& text, char quote) {
  std::string all(1, quote);
  for (const char c : text) {
    if (c == quote || (quote == '"' && c == '\\')) all += quote == '"' ? '\\' : '\'';
    all += c;
  }
  return all + quote;
}

RC_GTEST_PROP(RebindProperties, OnlyTheAddressChangesWhateverStandsThere, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::inRange(' ', '\x7f'));
  const char quote = *rc::gen::element('"', '\'');
  const auto indent = *rc::gen::inRange<std::size_t>(1, 9);
  const std::string before = "# before\ndevices:\n" + std::string(indent, ' ') + "gun: { plugin: usb_hid, device:  ";
  const std::string behind = " , layout: de }  # behind\nlanes: {}\n";
  const auto edits = rebound_in(before + quoted(text, quote) + behind);
  RC_ASSERT(static_cast<bool>(edits));
  RC_ASSERT(edits->size() == 1U);
  RC_ASSERT(edits->front().after.text == before + quoted(to_port[0].address, quote) + behind);
}

}  // namespace
}  // namespace gatepost::learn
