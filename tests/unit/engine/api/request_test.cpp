#include "api/request.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <boost/json/parse.hpp>

namespace gatepost::api {
namespace {

TEST(ControlRequest, IsAnObjectWithAVerb) {
  const auto request = parse_request(R"({"do":"letters","output":"cloud"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->verb, "letters");
  EXPECT_EQ(request->fields.at("output"), "cloud");
}

TEST(ControlRequest, OfAnythingElseIsRefusedWithARemedy) {
  const std::string deep = R"({"do":"status","x":)" + std::string(40, '[') + std::string(40, ']') + "}";
  const std::string long_line = R"({"do":"status","x":")" + std::string(longest_request, 'x') + "\"}";
  for (const std::string& line :
       {std::string(), std::string("status"), std::string("[]"), std::string("{}"), std::string(R"({"do":1})"),
        std::string(R"({"do":""})"), std::string(R"({"do":"../x"})"), std::string(R"({"do":"status"} x)"),
        R"({"do":")" + std::string(33, 'a') + "\"}", std::string("{\"do\":\"status\",\"x\":\"\xff\"}"), deep,
        long_line}) {
    const auto request = parse_request(line);
    ASSERT_FALSE(request) << line;
    EXPECT_FALSE(request.error().what.empty());
    EXPECT_FALSE(request.error().remedy.empty());
  }
}

TEST(ControlRequest, IsJudgedWhateverTheBytes) {
  EXPECT_TRUE(rc::check("no line of bytes is more than refused", [](const std::string& line) {
    const auto request = parse_request(line);
    if (request) RC_ASSERT(!request->verb.empty());
  }));
}

TEST(ControlAnswer, IsOneHarmlessLineWhateverIsInIt) {
  EXPECT_TRUE(rc::check("an answer and an error are a line of JSON each", [](const std::string& text) {
    for (const std::string& line : {line_of({{"text", text}}), line_of(Error{text, text, text})}) {
      RC_ASSERT(line.find('\n') == line.size() - 1);
      boost::system::error_code bad;
      const auto value = boost::json::parse(line, bad);
      RC_ASSERT(!bad);
      RC_ASSERT(value.as_object().at("ok").is_bool());
    }
  }));
}

TEST(ControlAnswer, SaysItIsGoodWhateverItHolds) {
  EXPECT_EQ(line_of({{"ok", false}, {"n", 1}}), "{\"ok\":true,\"n\":1}\n");
}

}  // namespace
}  // namespace gatepost::api
