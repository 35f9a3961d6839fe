// What the receiver answers, and what that means for the Records.
#include "test_parts.hpp"

namespace {

TEST_F(Posted, what_each_status_means) {
  const std::map<unsigned, std::pair<bool, bool>> meanings{
      // taken, refused
      {200, {true, false}},  {201, {true, false}},  {204, {true, false}},  {301, {false, false}},
      {400, {false, true}},  {401, {false, false}}, {403, {false, false}}, {404, {false, false}},
      {408, {false, false}}, {409, {false, false}}, {413, {false, true}},  {422, {false, true}},
      {425, {false, false}}, {429, {false, false}}, {500, {false, false}}, {503, {false, false}}};
  const auto to = sink();
  for (const auto& [status, meaning] : meanings) {
    receiver.answers([code = status](const Request&) { return Reply{.status = code}; });
    const Delivery delivery = deliver(*to, status, status);
    EXPECT_EQ(delivery.taken == 1, meaning.first) << status;
    EXPECT_EQ(delivery.refused, meaning.second) << status;
    EXPECT_EQ(delivery.error.has_value(), !meaning.first) << status;
    EXPECT_FALSE(delivery.unreachable) << status;
    if (delivery.error) {
      EXPECT_THAT(to_line(*delivery.error), AllOf(HasSubstr(std::to_string(status)), Not(HasSubstr("s3cr3t"))));
    }
  }
}

// What a receiver says when it has the Records is the site's to say.
TEST_F(Posted, success_is_what_the_site_says) {
  auto set = settings(receiver.url());
  set.success = {"202", "409"};
  for (const auto& [status, taken] : std::map<unsigned, bool>{{200, false}, {202, true}, {409, true}, {204, false}}) {
    receiver.answers([code = status](const Request&) { return Reply{.status = code}; });
    const Delivery delivery = deliver(*sink(set), 1, 1);
    EXPECT_EQ(delivery.taken == 1, taken) << status;
    EXPECT_FALSE(delivery.refused) << status << ": the Record is not at fault";
  }
  set.success = {"2xx"};
  set.success_path = "/result/status";
  set.success_value = "ok";
  for (const auto& [body, taken] : std::map<std::string, bool>{{R"({"result":{"status":"ok"}})", true},
                                                               {R"({"result":{"status":"busy"}})", false},
                                                               {R"({"result":{}})", false},
                                                               {"<html>please log in</html>", false},
                                                               {"", false}}) {
    receiver.answers([text = body](const Request&) { return Reply{.body = text}; });
    const Delivery delivery = deliver(*sink(set), 1, 1);
    EXPECT_EQ(delivery.taken == 1, taken) << body;
    EXPECT_FALSE(delivery.refused) << body;
    if (!taken) {
      EXPECT_THAT(to_line(*delivery.error), HasSubstr("success_path")) << body;
    }
  }
  set.success_path = "/ok";
  set.success_value = {};
  for (const auto& [body, taken] : std::map<std::string, bool>{
           {R"({"ok":true})", true}, {R"({"ok":1})", true}, {R"({"ok":false})", false}, {R"({"ok":null})", false}}) {
    receiver.answers([text = body](const Request&) { return Reply{.body = text}; });
    EXPECT_EQ(deliver(*sink(set), 1, 1).taken == 1, taken) << body;
  }
}

TEST_F(Posted, what_cannot_be_a_success_is_refused) {
  for (const auto& [status, path, value] :
       std::vector<std::tuple<std::vector<std::string>, std::string, std::string>>{{{"302"}, "", ""},
                                                                                   {{"500"}, "", ""},
                                                                                   {{"all"}, "", ""},
                                                                                   {{}, "", ""},
                                                                                   {{"204-200"}, "", ""},
                                                                                   {{"200-600"}, "", ""},
                                                                                   {{"2xx"}, "status", ""},
                                                                                   {{"2xx"}, "", "ok"}}) {
    auto set = settings(receiver.url());
    set.success = status;
    set.success_path = path;
    set.success_value = value;
    const auto checked = Webhook::check(set);
    ASSERT_FALSE(checked) << path << value;
    EXPECT_THAT(checked.error().where, StartsWith("success"));
  }
}

// A proxy or a portal sends whoever is not known to a page that answers 200 to everybody.
TEST_F(Posted, a_login_page_takes_no_records) {
  auto set = settings(receiver.url("/records"));
  set.redirects = 5;
  for (const unsigned status : {301U, 302U, 303U}) {
    receiver.answers([status](const Request& request) {
      if (request.target == "/login") return Reply{.body = "<html>please log in</html>"};
      return Reply{.status = status, .headers = {"Location: /login"}};
    });
    const Delivery delivery = deliver(*sink(set), 1, 2);
    EXPECT_EQ(delivery.taken, 0U) << status;
    EXPECT_FALSE(delivery.refused) << status;
    EXPECT_THAT(to_line(*delivery.error), HasSubstr("takes no Records")) << status;
  }
}

// Who passed is no part of a log, whatever a receiver says back.
TEST_F(Posted, what_the_receiver_says_of_people_is_not_repeated) {
  const std::vector<std::string> answers{"unknown E1", "unknown e1 and E2!",
                                         R"({"error":"bad","subject":"\u0045\u0031"})"};
  for (const auto& body : answers) {
    receiver.answers([&](const Request&) { return Reply{.status = 500, .body = body}; });
    const std::string said = to_line(*deliver(*sink(), 1, 2).error);
    EXPECT_THAT(said, HasSubstr("answered 500"));
    for (const char* who : {"E1", "e1", "E2", "0045"}) EXPECT_THAT(said, Not(HasSubstr(who))) << body;
  }
}

TEST_F(Posted, an_address_that_is_silent_says_for_how_long_it_was_asked) {
  receiver.answers([](const Request&) { return Reply{.manner = Manner::silent}; });
  auto set = settings(receiver.url());
  set.timeout = 300ms;
  EXPECT_EQ(deliver(*sink(set), 1, 1).error->what, "no whole answer in 0.3 s");
}

TEST_F(Posted, retry_after_is_passed_on_in_both_its_forms) {
  const auto to = sink();
  receiver.answers([](const Request&) { return Reply{.status = 503, .headers = {"Retry-After: 7"}}; });
  EXPECT_EQ(deliver(*to, 1, 1).retry_after, gatepost::Duration(7s));
  const std::time_t then = ::time(nullptr) + 100;
  char date[64];
  std::strftime(date, sizeof date, "Retry-After: %a, %d %b %Y %H:%M:%S GMT", std::gmtime(&then));
  receiver.answers([&](const Request&) { return Reply{.status = 429, .headers = {date}}; });
  EXPECT_NEAR(static_cast<double>(deliver(*to, 1, 1).retry_after / 1s), 100, 3);
  receiver.answers([](const Request&) { return Reply{.status = 503, .headers = {"Retry-After: 99999999999"}}; });
  EXPECT_LE(deliver(*to, 1, 1).retry_after, gatepost::Duration(24h));
}

TEST_F(Posted, redirects_are_followed_only_as_often_as_set) {
  receiver.answers([](const Request& request) {
    if (request.target == "/new") return Reply{};
    return Reply{.status = 307, .headers = {"Location: /new"}};
  });
  const auto refused = deliver(*sink(), 1, 1);
  EXPECT_THAT(to_line(*refused.error), AllOf(HasSubstr("answered 307"), HasSubstr("redirects")));
  auto set = settings(receiver.url("/old"));
  set.redirects = 1;
  EXPECT_EQ(deliver(*sink(set), 1, 1).taken, 1U);
  EXPECT_EQ(sequences_in(receiver.requests().back()), std::vector<std::uint64_t>{1});
  receiver.answers([](const Request&) { return Reply{.status = 307, .headers = {"Location: /again"}}; });
  EXPECT_EQ(deliver(*sink(set), 1, 1).taken, 0U);
}

}  // namespace
