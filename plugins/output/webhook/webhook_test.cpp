#include "test_parts.hpp"

namespace {

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
  record.details = {{"zone", "yard"}};
  record.attributes = {{"name", "Lan"}};
  record.commitments["birth"];  // erased
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
      R"("details":{"zone":"yard"},"attributes":{"name":"Lan"},"erased":["birth"],"previous":"ab)" +
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
