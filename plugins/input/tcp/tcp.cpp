// Scanners that send their codes over TCP, whichever side calls the other.
#include <gatepost/descriptor.hpp>
#include <gatepost/framing_settings.hpp>

#include "server.hpp"

namespace {

using gatepost::Error;
using gatepost::Framing;
using gatepost::InputHost;
using gatepost::Result;
using namespace std::chrono_literals;

struct Settings {
  std::string listen;
  std::string connect;
  std::vector<std::string> allow;
  std::uint16_t max_clients = 8;
  std::chrono::seconds keepalive_after = 10s;
  std::chrono::seconds keepalive_every = 5s;
  std::uint8_t keepalive_tries = 3;
  std::chrono::milliseconds connect_timeout = 3s;
  Framing framing = Framing::terminator;
  std::string terminator;
  std::uint16_t length = 0;
  std::chrono::milliseconds idle = 1s;
  std::string prefix;
  std::uint16_t min_length = 1;
  std::uint16_t max_length = gatepost::max_payload;
  bool aim = false;
  gatepost::Lines lines = gatepost::Lines::many;  // a network gathers what was sent with pauses
  std::string answer_good;
  std::string answer_damaged;
};

constexpr auto table = gatepost::settings(
    gatepost::field("listen", &Settings::listen,
                    "where scanners call: 192.0.2.1:4001, [2001:db8::1]:4001, :4001 for every address of this machine"),
    gatepost::field("connect", &Settings::connect, "the scanner's own address and port, where it waits to be called"),
    gatepost::field("allow", &Settings::allow,
                    "addresses and networks of the scanners that may call, such as 192.0.2.0/24; empty: this machine"),
    gatepost::field("max_clients", &Settings::max_clients, "scanners at once").between(1, 256),
    gatepost::field("keepalive_after", &Settings::keepalive_after, "a silent scanner is asked after this time")
        .between(1s, 1h),
    gatepost::field("keepalive_every", &Settings::keepalive_every, "and again after this time").between(1s, 10min),
    gatepost::field("keepalive_tries", &Settings::keepalive_tries, "so often, before it is taken for gone")
        .between(1, 20),
    gatepost::field("connect_timeout", &Settings::connect_timeout, "how long a call to the scanner may take")
        .between(10ms, 60s),
    gatepost::framing_fields<Settings>(), gatepost::lines_field<Settings>(),
    gatepost::field("answer_good", &Settings::answer_good, R"(sent back after each good scan, such as OK\r\n)"),
    gatepost::field("answer_damaged", &Settings::answer_damaged, "sent back after each damaged scan"));

constexpr std::size_t longest_answer = 256;

Error at(const char* key, Error error) {
  error.where = key;
  return error;
}

class TcpScanner final : public gatepost::Input {
 public:
  static Result<void> check(const Settings& settings) {
    if (settings.listen.empty() == settings.connect.empty())
      return Error{settings.listen.empty() ? "has neither listen nor connect" : "has both listen and connect", "listen",
                   "write listen where scanners call this machine, connect where they wait to be called"};
    if (!settings.connect.empty() && !settings.allow.empty())
      return Error{"is for scanners that call", "allow", "leave it out beside connect"};
    return {};
  }

  static Result<std::unique_ptr<TcpScanner>> make(const Settings& settings, const gatepost::Instance& instance) {
    std::unique_ptr<TcpScanner> scanner(new TcpScanner(settings, instance.host));
    for (const Result<void>& read : {scanner->read_place(settings), scanner->read_allowed(settings),
                                     scanner->read_rules(settings), scanner->read_answers(settings)})
      if (!read) return read.error();
    scanner->tell(*instance.host);
    return scanner;
  }

  Result<void> run(InputHost& host, std::stop_token stop) override {
    const auto bell = tcp::make_bell();
    if (!bell) return bell.error();
    const std::stop_callback wake(stop, [&bell] { tcp::ring(*bell); });
    tcp::Server server(terms_, host, *host_, *bell, rests_);
    if (!calls_) return server.listen(place_, stop);
    return server.call(place_, patience_, stop);
  }

 private:
  void tell(gatepost::Host& host) const {
    const bool is_here = tcp::admits({}, place_.host);
    if (calls_) return host.will_open({.device = "tcp " + place_.text(), .alone = false, .anybody = !is_here});
    host.will_open({.device = "tcp port " + std::to_string(place_.port), .anybody = !terms_.allowed.empty()});
    if (is_here || !terms_.allowed.empty()) return;
    host.alarm_begins("nobody_may_call", {"listens to other machines, and none of them may call", "allow",
                                          "name the scanners: allow: [192.0.2.0/24]; or listen at 127.0.0.1"});
  }

  TcpScanner(const Settings& settings, std::shared_ptr<gatepost::Host> host)
      : host_(std::move(host)), calls_(!settings.connect.empty()), patience_(settings.connect_timeout) {
    terms_.max_lines = settings.max_clients;
    terms_.keepalive = {settings.keepalive_after, settings.keepalive_every, settings.keepalive_tries};
  }

  Result<void> read_place(const Settings& settings) {
    auto place = tcp::Endpoint::parse(calls_ ? settings.connect : settings.listen);
    if (!place) return at(calls_ ? "connect" : "listen", place.error());
    if (calls_ && (place->port == 0 || place->host == tcp::IpAddress()))
      return Error{"names no scanner", "connect", "write its address and its port: 192.0.2.7:4001"};
    place_ = std::move(*place);
    return {};
  }

  Result<void> read_allowed(const Settings& settings) {
    for (const auto& text : settings.allow) {
      auto network = tcp::Network::parse(text);
      if (!network) return at("allow", network.error());
      terms_.allowed.push_back(std::move(*network));
    }
    return {};
  }

  Result<void> read_rules(const Settings& settings) {
    auto rules = gatepost::frame_rules(settings);
    if (!rules) return rules.error();
    terms_.rules = std::move(*rules);
    return {};
  }

  Result<void> read_answers(const Settings& settings) {
    const auto read = [](const char* key, const std::string& text, std::string& into) -> Result<void> {
      auto bytes = gatepost::unescape(text);
      if (!bytes) return at(key, bytes.error());
      if (bytes->size() > longest_answer)
        return Error{"is too long", key, "use at most " + std::to_string(longest_answer) + " bytes"};
      into = std::move(*bytes);
      return {};
    };
    for (const Result<void>& done : {read("answer_good", settings.answer_good, terms_.answers.good),
                                     read("answer_damaged", settings.answer_damaged, terms_.answers.damaged)})
      if (!done) return done;
    return {};
  }

  const std::shared_ptr<gatepost::Host> host_;
  const bool calls_;
  const gatepost::Duration patience_;
  tcp::Endpoint place_;
  tcp::Terms terms_;
  tcp::Rests rests_;  ///< of one run for the next
};

}  // namespace

GATEPOST_INPUT("tcp", "scanners that send their codes over TCP", table, TcpScanner)
