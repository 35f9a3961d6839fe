#include "webhook.cpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>
#include <sched.h>
#include <sys/mount.h>

#include <boost/json/parse.hpp>
#include <future>
#include <map>

#include "world/receiver.hpp"
#include "world/scratch.hpp"

namespace {

using gatepost::world::Manner;
using gatepost::world::Receiver;
using gatepost::world::Reply;
using gatepost::world::Request;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
namespace json = boost::json;

constexpr const char* key_text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::vector<Record> records(std::uint64_t first, std::uint64_t last) {
  std::vector<Record> all;
  for (auto sequence = first; sequence <= last; ++sequence) {
    Record record{.id = {4017, 1763900000, sequence}, .wall = gatepost::WallTime(1763944909123456789ns)};
    record.lane = "entry";
    record.subject = "E" + std::to_string(sequence);
    record.outcome = gatepost::Outcome::grant;
    all.push_back(std::move(record));
  }
  return all;
}

std::vector<std::uint64_t> sequences_in(const Request& request) {
  std::vector<std::uint64_t> sequences;
  const auto message = json::parse(request.body);
  for (const auto& record : message.at("records").as_array())
    sequences.push_back(record.at("sequence").to_number<std::uint64_t>());
  return sequences;
}

struct Posted : testing::Test {
  Settings settings(const std::string& url) const {
    Settings settings;
    settings.url = url;
    settings.key = key_text;
    settings.connect_timeout = 2s;
    settings.timeout = 2s;
    return settings;
  }
  std::unique_ptr<gatepost::Sink> sink(const Settings& settings) const {
    auto made = Webhook::make(settings, {});
    EXPECT_TRUE(made) << to_line(made.error());
    return std::move(*made);
  }
  std::unique_ptr<gatepost::Sink> sink() const { return sink(settings(receiver.url("/records?token=s3cr3t"))); }
  Delivery deliver(gatepost::Sink& to, std::uint64_t first, std::uint64_t last) const {
    return to.deliver(records(first, last), std::stop_token());
  }

  const gatepost::world::Scratch scratch;
  mutable Receiver receiver;
};

// The vector that the specification's own libraries are tested with (standard-webhooks/standard-webhooks,
// libraries/go/webhook_test.go and its brothers).
TEST(Signature, is_that_of_the_specification) {
  const auto key = webhook::Key::from(key_text).value();
  EXPECT_EQ(key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, keys_that_are_none_are_refused_without_being_shown) {
  for (const std::string& text : {std::string("short"), std::string(513, 'k'), std::string("whsec_not!"),
                                  std::string("whsec_c2hvcnQ="), std::string("whsec_not base64 at all, really!")}) {
    const auto key = webhook::Key::from(text);
    ASSERT_FALSE(key) << text;
    EXPECT_THAT(to_line(key.error()), Not(HasSubstr(text)));
  }
  const auto plain = webhook::Key::from(std::string(24, 'k')).value();
  EXPECT_NE(plain.sign("id", 1, "body"), plain.sign("id", 2, "body"));
}

TEST(Message, is_as_the_readme_says_to_the_field) {
  Record record = records(12, 12)[0];
  record.kind = gatepost::RecordKind::passage;
  record.boot = "b0";
  record.at = gatepost::MonotonicTime(9007199254740993ns);
  record.clock = {gatepost::ClockSource::network, 5ms};
  record.direction = gatepost::Direction::out;
  record.device = "gun";
  record.symbology = "]C1";
  record.scheme = "staff";
  record.verified = true;
  record.reason = "seen";
  record.about = 11;
  record.details = {{"name", "Lan"}};
  record.previous[0] = std::byte{0xAB};
  const auto message = webhook::message_of({&record, 1}, 4096);
  EXPECT_EQ(message.id, "gatepost-4017-1763900000-12-12");
  EXPECT_EQ(
      message.body,
      R"({"type":"gatepost.records","timestamp":"2025-11-24T00:41:49.123456789Z","format":1,"site":4017,)"
      R"("epoch":1763900000,"first":12,"last":12,"records":[{"id":"4017-1763900000-12","site":4017,)"
      R"("epoch":1763900000,"sequence":12,"kind":"passage","wall":"2025-11-24T00:41:49.123456789Z","boot":"b0",)"
      R"("at_ns":"9007199254740993","clock":"network","clock_bound_ns":"5000000","lane":"entry","direction":"out","device":"gun","symbology":"]C1",)"
      R"("scheme":"staff","subject":"E12","verified":true,"reason":"seen","about":11,)"
      R"("details":{"name":"Lan"},"previous":"ab)" +
          std::string(62, '0') + R"("}]})");
}

TEST(Message, keeps_within_its_bytes_but_holds_one_record) {
  const auto all = records(1, 200);
  EXPECT_TRUE(rc::check("as many as fit", [&] {
    const auto most = *rc::gen::inRange<std::size_t>(1, 100'000);
    const auto message = webhook::message_of(all, most);
    RC_ASSERT(message.records >= 1U);
    RC_ASSERT(message.records == 1U || message.body.size() <= most);
    RC_ASSERT(json::parse(message.body).at("records").as_array().size() == message.records);
  }));
}

TEST(Message, is_json_whatever_a_record_says) {
  EXPECT_TRUE(rc::check("bytes", [] {
    Record record = records(1, 1)[0];
    record.subject = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    record.details[*rc::gen::container<std::string>(rc::gen::arbitrary<char>())] = record.subject;
    const auto parsed = json::parse(webhook::message_of({&record, 1}, 4096).body);
    const std::string said(parsed.at("records").at(0).at("subject").as_string());
    record.subject = said;
    const auto again = json::parse(webhook::message_of({&record, 1}, 4096).body);
    RC_ASSERT(again.at("records").at(0).at("subject").as_string() == said);
  }));
  Record record = records(1, 1)[0];
  record.subject = "A\xff\xed\xa0\x80Ầ\n";
  EXPECT_EQ(json::parse(webhook::message_of({&record, 1}, 4096).body).at("records").at(0).at("subject").as_string(),
            "A\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDẦ\n");
}

TEST_F(Posted, in_order_signed_and_named) {
  const auto to = sink();
  EXPECT_EQ(deliver(*to, 1, 3).taken, 3U);
  ASSERT_EQ(receiver.requests().size(), 1U);
  const Request request = receiver.requests()[0];
  EXPECT_EQ(request.target, "/records?token=s3cr3t");
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_EQ(request.header("webhook-id"), "gatepost-4017-1763900000-1-3");
  EXPECT_EQ(request.header("idempotency-key"), "\"gatepost-4017-1763900000-1-3\"");
  EXPECT_EQ(sequences_in(request), (std::vector<std::uint64_t>{1, 2, 3}));
  const auto seconds = std::stoll(request.header("webhook-timestamp"));
  EXPECT_NEAR(static_cast<double>(seconds), static_cast<double>(::time(nullptr)), 5);
  EXPECT_EQ(request.header("webhook-signature"),
            webhook::Key::from(key_text).value().sign(request.header("webhook-id"), seconds, request.body));
}

TEST_F(Posted, over_one_connection_and_split_by_number_and_size) {
  auto set = settings(receiver.url());
  set.batch = 100;
  set.most_bytes.bytes = 16 * 1024;
  const auto to = sink(set);
  EXPECT_EQ(deliver(*to, 1, 250).taken, 250U);
  std::vector<std::uint64_t> all;
  for (const auto& request : receiver.requests()) {
    EXPECT_LE(request.body.size(), 16U * 1024);
    for (const auto sequence : sequences_in(request)) all.push_back(sequence);
  }
  EXPECT_EQ(all.size(), 250U);
  EXPECT_TRUE(std::ranges::is_sorted(all));
  EXPECT_EQ(receiver.connections(), 1);
}

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

TEST_F(Posted, a_refused_message_is_split_down_to_the_one_record) {
  receiver.answers([](const Request& request) {
    const auto sequences = sequences_in(request);
    const bool bad = std::ranges::find(sequences, 77U) != sequences.end();
    return bad ? Reply{.status = 422, .body = "77 is\x1b[2J bad"} : Reply{};
  });
  const auto to = sink();
  const Delivery delivery = deliver(*to, 1, 200);
  EXPECT_EQ(delivery.taken, 76U);
  EXPECT_TRUE(delivery.refused);
  EXPECT_EQ(delivery.error->what, "answered 422 to the Record 77: 77 is [2J bad");
  const auto before = receiver.requests().size();
  EXPECT_TRUE(deliver(*to, 77, 200).refused);
  EXPECT_EQ(receiver.requests().size(), before + 1) << "it is known which one";
  EXPECT_EQ(deliver(*to, 78, 200).taken, 123U);
  EXPECT_EQ(receiver.requests().size(), before + 2) << "and the others are not sent singly";
}

TEST_F(Posted, a_receiver_that_takes_only_small_messages_gets_small_ones) {
  receiver.answers([](const Request& request) { return Reply{.status = request.body.size() > 6000 ? 413U : 200U}; });
  const auto to = sink();
  EXPECT_EQ(deliver(*to, 1, 100).taken, 100U);
  const auto before = receiver.requests().size();
  EXPECT_EQ(deliver(*to, 101, 200).taken, 100U);
  const auto requests = receiver.requests();
  for (const auto& request : std::span(requests).subspan(before)) EXPECT_LE(request.body.size(), 6000U);
}

struct Bad {
  const char* name;
  Manner manner;
  unsigned status;
  bool taken;
};
struct BadReceivers : Posted, testing::WithParamInterface<Bad> {};

TEST_P(BadReceivers, cost_no_more_than_the_timeout_and_end_at_once_when_told_to_stop) {
  receiver.answers([](const Request&) {
    return Reply{.status = GetParam().status, .manner = GetParam().manner, .body = std::string(1000, 'x')};
  });
  auto set = settings(receiver.url());
  set.timeout = 400ms;
  const auto to = sink(set);
  auto begun = std::chrono::steady_clock::now();
  const Delivery delivery = deliver(*to, 1, 1);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 1500ms);
  EXPECT_EQ(delivery.taken == 1, GetParam().taken);
  EXPECT_NE(delivery.error.has_value(), GetParam().taken);
  EXPECT_FALSE(delivery.unreachable) << "somebody was there";

  set.timeout = 60s;
  const auto patient = sink(set);
  std::stop_source stop;
  auto ended = std::async(std::launch::async, [&] { return patient->deliver(records(1, 1), stop.get_token()); });
  ASSERT_TRUE(receiver.waits_for_requests(2));
  std::this_thread::sleep_for(250ms);  // what curl itself still looks at soon after connecting is over
  begun = std::chrono::steady_clock::now();
  stop.request_stop();
  ended.get();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 500ms);
}

INSTANTIATE_TEST_SUITE_P(Posted, BadReceivers,
                         testing::Values(Bad{"silent", Manner::silent, 200, false},
                                         Bad{"half", Manner::half, 200, false}, Bad{"drip", Manner::drip, 200, false},
                                         Bad{"reset", Manner::reset, 200, false},
                                         Bad{"endless", Manner::endless, 200, true},
                                         Bad{"endless_500", Manner::endless, 500, false}),
                         [](const auto& bad) { return bad.param.name; });

TEST_F(Posted, an_endless_head_is_not_kept) {
  receiver.answers([](const Request&) {
    return Reply{.headers = std::vector<std::string>(1000, "X-More: " + std::string(100, 'x'))};
  });
  const auto to = sink();
  const Delivery delivery = deliver(*to, 1, 1);
  EXPECT_EQ(delivery.taken, 0U);
  EXPECT_TRUE(delivery.error);
}

TEST_F(Posted, who_is_gone_is_unreachable_until_somebody_listens_again) {
  const auto to = sink();
  EXPECT_TRUE(to->reachable({}));
  EXPECT_EQ(deliver(*to, 1, 1).taken, 1U);
  receiver.goes_down();
  const Delivery delivery = deliver(*to, 2, 2);
  EXPECT_TRUE(delivery.unreachable) << to_line(*delivery.error);
  EXPECT_THAT(to_line(*delivery.error), AllOf(HasSubstr("http://127.0.0.1:"), Not(HasSubstr("s3cr3t"))));
  EXPECT_FALSE(to->reachable({}));
  receiver.comes_back();
  EXPECT_TRUE(to->reachable({}));
  EXPECT_EQ(deliver(*to, 2, 2).taken, 1U);
  EXPECT_EQ(receiver.requests().size(), 2U) << "a look sends nothing";
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

TEST_F(Posted, through_a_proxy_that_is_set_and_no_other) {
  Receiver proxy;
  auto set = settings("http://records.invalid/in");
  set.proxy = "http://me:pr0xypass@127.0.0.1:" + std::to_string(proxy.port());
  EXPECT_EQ(deliver(*sink(set), 1, 1).taken, 1U);
  EXPECT_EQ(proxy.requests().at(0).target, "http://records.invalid/in");
  EXPECT_EQ(proxy.requests().at(0).header("proxy-authorization"), "Basic bWU6cHIweHlwYXNz");
  proxy.goes_down();
  EXPECT_THAT(to_line(*deliver(*sink(set), 1, 1).error), Not(HasSubstr("pr0xypass")));
  ::setenv("http_proxy", set.proxy.c_str(), 1);
  EXPECT_EQ(deliver(*sink(), 1, 1).taken, 1U) << "the environment's proxy is not asked";
  ::unsetenv("http_proxy");
}

TEST_F(Posted, authorization_is_sent_and_never_shown_even_by_a_receiver_that_repeats_it) {
  receiver.answers([](const Request& request) {
    return Reply{.status = 401, .body = "unknown: " + request.header("authorization")};
  });
  auto set = settings(receiver.url());
  set.authorization = "Bearer t0ps3cret";
  const Delivery delivery = deliver(*sink(set), 1, 1);
  EXPECT_EQ(receiver.requests().at(0).header("authorization"), "Bearer t0ps3cret");
  EXPECT_THAT(to_line(*delivery.error), AllOf(HasSubstr("unknown: "), Not(HasSubstr("t0ps3cret"))));
}

TEST_F(Posted, gzip_is_signed_as_it_is_sent) {
  auto set = settings(receiver.url());
  set.gzip = true;
  EXPECT_EQ(deliver(*sink(set), 1, 100).taken, 100U);
  const Request request = receiver.requests().at(0);
  EXPECT_EQ(request.header("content-encoding"), "gzip");
  EXPECT_EQ(request.header("webhook-signature"),
            webhook::Key::from(key_text).value().sign(request.header("webhook-id"),
                                                      std::stoll(request.header("webhook-timestamp")), request.body));
  std::string plain(100'000, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(request.body.data()));
  stream.avail_in = static_cast<uInt>(request.body.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  const auto all = records(1, 100);
  EXPECT_EQ(plain, webhook::message_of(all, 1 << 20).body);
  EXPECT_LT(request.body.size(), plain.size() / 5);
}

TEST_F(Posted, over_tls_only_to_whom_the_certificate_proves) {
  const auto mine = gatepost::world::self_made_certificate(scratch / "mine.pem");
  const auto other = gatepost::world::self_made_certificate(scratch / "other.pem");
  if (mine.empty() || other.empty()) GTEST_SKIP() << "the command openssl is not there";
  const Receiver secure(mine);
  auto set = settings(secure.url());
  set.ca = mine;
  EXPECT_EQ(deliver(*sink(set), 1, 3).taken, 3U);
  for (const std::filesystem::path& trusted : {std::filesystem::path(), other}) {
    set.ca = trusted;
    const Delivery delivery = deliver(*sink(set), 1, 1);
    EXPECT_EQ(delivery.taken, 0U) << trusted;
    EXPECT_THAT(to_line(*delivery.error), HasSubstr("setting ca"));
  }
  set.verify = false;
  EXPECT_EQ(deliver(*sink(set), 1, 1).taken, 1U);
  set.verify = true;
  set.ca = mine;
  set.url = "https://localhost:" + std::to_string(secure.port());
  EXPECT_EQ(deliver(*sink(set), 1, 1).taken, 0U) << "the certificate is of another name";
  EXPECT_EQ(secure.requests().size(), 2U);
}

TEST_F(Posted, a_name_server_that_is_silent_holds_nobody) {
  bool allowed = false;
  std::thread([&] {  // namespaces belong to threads
    allowed = ::unshare(CLONE_NEWNS | CLONE_NEWNET) == 0 &&
              ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
              ::mount(scratch.write("resolv.conf", "nameserver 192.0.2.1\noptions timeout:30\n").c_str(),
                      "/etc/resolv.conf", nullptr, MS_BIND, nullptr) == 0 &&
              std::system("ip link set lo up && ip route add default dev lo 2>/dev/null") == 0;
    if (!allowed) return;
    auto set = settings("http://records.example/in");
    set.connect_timeout = 60s;
    set.timeout = 60s;
    const auto to = sink(set);
    std::stop_source stop;
    std::jthread later([&] {
      std::this_thread::sleep_for(200ms);
      stop.request_stop();
    });
    const auto begun = std::chrono::steady_clock::now();
    const Delivery delivery = to->deliver(records(1, 1), stop.get_token());
    const auto took = std::chrono::steady_clock::now() - begun;
    EXPECT_GE(took, 150ms) << "it did not wait for a name: " << to_line(*delivery.error);
    EXPECT_LT(took, 1s);
  })
      .join();
  if (!allowed) GTEST_SKIP() << "namespaces of one's own are not allowed here";
}

TEST_F(Posted, an_authorization_is_one_line) {
  auto set = settings(receiver.url());
  for (const std::string& text : {std::string("Bearer a\r\nX-Evil: 1"), std::string(5000, 'a')}) {
    set.authorization = text;
    const auto checked = Webhook::check(set);
    ASSERT_FALSE(checked);
    EXPECT_THAT(to_line(checked.error()), Not(HasSubstr("Evil")));
  }
}

TEST_F(Posted, addresses_that_are_none_or_show_a_secret_are_refused) {
  for (const char* url : {"", "records", "ftp://host/", "file:///etc/passwd", "http://", "http://me:s3cr3t@host/",
                          "http://s3cr3t@host/"}) {
    const auto made = Webhook::make(settings(url), {});
    ASSERT_FALSE(made) << url;
    EXPECT_EQ(made.error().where, "url");
    EXPECT_THAT(to_line(made.error()), Not(HasSubstr("s3cr3t")));
  }
}

}  // namespace
