// The key of pseudonyms: what an editor has put around it must not become a part of it.
#include "supervisor/key_file.hpp"

#include <gmock/gmock.h>

#include "world/scratch.hpp"

namespace gatepost::supervisor {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class KeyFile : public testing::Test {
 protected:
  std::string read(const std::string& bytes, fs::perms perms = fs::perms(0600)) {
    world::replace(folder_ / "key", bytes);
    fs::permissions(folder_ / "key", perms);
    const auto key = read_key_file(folder_ / "key", "the key");
    return key ? *key : to_line(key.error());
  }
  world::Scratch folder_;
};

TEST_F(KeyFile, IsTakenByteForByte) {
  const std::string bytes("\x00\xFF\x8D 0123456789abcdef\n", 20);
  EXPECT_EQ(read(bytes), bytes);
}

TEST_F(KeyFile, WithTheMarkOfAnEditorIsRefused) {
  EXPECT_THAT(read("\xEF\xBB\xBF"
                   "0123456789abcdef"),
              HasSubstr("begins with a byte order mark, which is no part"));
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("0123456789abcdef")) wide += std::string{c, '\0'};
  EXPECT_THAT(read(wide), HasSubstr("is UTF-16 text, which is no part of a key"));
}

TEST_F(KeyFile, ThatIsShortOrOpenOrNoFileIsRefused) {
  EXPECT_THAT(read("short"), HasSubstr("fewer than 16 bytes"));
  EXPECT_THAT(read("0123456789abcdef", fs::perms(0644)), HasSubstr("open to others"));
  EXPECT_THAT(to_line(read_key_file(folder_.path(), "the key").error()), HasSubstr("is a folder"));
  EXPECT_THAT(to_line(read_key_file(folder_ / "none", "the key").error()), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace gatepost::supervisor
