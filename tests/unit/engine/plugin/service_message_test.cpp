#include "plugin/service_message.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace gatepost::plugin {
namespace {

using namespace std::chrono_literals;

TEST(ServiceMessage, CarriesSettingsOfEveryType) {
  const ServiceStart start{
      .name = "page",
      .directory = "/gate",
      .data = "/gate/data/page",
      .socket = "/gate/journal.db.service-page",
      .values = {true, std::int64_t{-7}, 2.5, std::string("bí mật \"\n"), Duration(90ms), ByteSize{1ULL << 40U},
                 std::filesystem::path("/gate/x y"), std::vector<std::string>{"a", "", "b"}},
      .memory = {64ULL << 20U}};
  const auto read = parse_service_start(to_text(start));
  ASSERT_TRUE(read) << to_line(read.error());
  EXPECT_EQ(read->values, start.values);
  EXPECT_EQ(read->name, start.name);
  EXPECT_EQ(read->data, start.data);
  EXPECT_EQ(read->socket, start.socket);
  EXPECT_EQ(read->memory, start.memory);
}

TEST(ServiceMessage, TellsAnErrorWhole) {
  const ServiceNews news{.kind = ServiceNews::Kind::ended, .error = Error{"what", "where", "remedy"}};
  const auto read = parse_service_news(to_text(news));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, ServiceNews::Kind::ended);
  EXPECT_EQ(read->error, news.error);
}

// The program may be another one's, or broken.
TEST(ServiceMessage, ThatIsNoneIsRefused) {
  for (const char* text : {"", "{}", "[]", R"({"news":"flies"})", R"({"news":7})", R"({"news":"log","severity":"x"})",
                           R"({"news":"ended","error":"x"})", "\xff"})
    EXPECT_FALSE(parse_service_news(text)) << text;
  EXPECT_FALSE(parse_service_news(std::string(longest_service_message + 1, ' ')));
  rc::check("whatever comes", [](const std::string& text) {
    static_cast<void>(parse_service_news(text));
    static_cast<void>(parse_service_start(text));
  });
}

}  // namespace
}  // namespace gatepost::plugin
