// Asks an authority on the network about each attempt.
#include <algorithm>
#include <chrono>
#include <gatepost/descriptor.hpp>
#include <gatepost/support/http.hpp>

#include "availability.hpp"
#include "cache.hpp"
#include "request.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::Attempt;
using gatepost::Decision;
using gatepost::Error;
using gatepost::Outcome;
using gatepost::Result;
using gatepost::support::Http;
using gatepost::support::HttpAnswer;
using gatepost::support::HttpSilence;

constexpr std::size_t most_cached = 10'000;
constexpr std::size_t longest_header = 4096;
constexpr std::size_t most_headers = 16;

/// As what the authority is told who comes.
enum class Subject : std::uint8_t { recorded, clear };
constexpr auto setting_names(Subject) {
  return std::array{gatepost::Choice{"recorded", Subject::recorded}, gatepost::Choice{"clear", Subject::clear}};
}

enum class WhenAway : std::uint8_t { deny, grant, cached };
constexpr auto setting_names(WhenAway) {
  return std::array{gatepost::Choice{"deny", WhenAway::deny}, gatepost::Choice{"grant", WhenAway::grant},
                    gatepost::Choice{"cached", WhenAway::cached}};
}

struct Settings {
  std::string url{}, authorization{};
  std::vector<std::string> headers{};
  std::filesystem::path ca{};
  bool verify = true;
  std::filesystem::path client_certificate{}, client_key{};
  std::string proxy{};
  std::chrono::milliseconds timeout = 300ms;
  Subject subject = Subject::recorded;
  std::vector<std::string> attributes{};
  std::chrono::seconds cache_for = 0s;
  WhenAway when_away = WhenAway::deny;
  std::chrono::seconds cached_for = 0s;
};

bool is_header_text(std::string_view text) {
  return text.size() <= longest_header &&
         std::ranges::none_of(text, [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; });
}

/// Whether `text` is NAME: VALUE.
bool is_header(std::string_view text) {
  const auto colon = text.find(':');
  return colon != 0 && colon != text.npos && is_header_text(text) && text.substr(0, colon).find(' ') == text.npos;
}

/// One connection for each that asks at a time. From any thread.
class Connections {
 public:
  explicit Connections(gatepost::support::HttpConnection connection) : connection_(std::move(connection)) {}

  Result<std::unique_ptr<Http>> take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        auto http = std::move(idle_.back());
        idle_.pop_back();
        return http;
      }
    }
    return Http::make(connection_);
  }
  void give_back(std::unique_ptr<Http> http) {
    constexpr std::size_t most_idle = 8;
    const std::scoped_lock lock(mutex_);
    if (idle_.size() < most_idle) idle_.push_back(std::move(http));
  }

 private:
  const gatepost::support::HttpConnection connection_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Http>> idle_;
};

class Remote final : public gatepost::Policy {
 public:
  static constexpr std::array reasons{
      gatepost::ReasonText{"remote_denied", "en", "may not pass: so the central office says"},
      gatepost::ReasonText{"remote_denied", "vi", "không được qua: theo trả lời của trung tâm"},
      gatepost::ReasonText{"remote_informed", "en", "please wait for the guard"},
      gatepost::ReasonText{"remote_informed", "vi", "xin chờ bảo vệ"},
      gatepost::ReasonText{"remote_away", "en", "cannot be checked now: please see the guard"},
      gatepost::ReasonText{"remote_away", "vi", "hiện chưa kiểm tra được: xin gặp bảo vệ"},
      gatepost::ReasonText{"remote_unasked", "en", "You may pass"},
      gatepost::ReasonText{"remote_unasked", "vi", "Mời qua"},
  };

  static Result<void> check(const Settings& settings) {
    if (settings.client_certificate.empty() != settings.client_key.empty())
      return Error{"a client certificate needs its key, and a key its certificate", "client_certificate, client_key",
                   "set both or neither"};
    if (!is_header_text(settings.authorization))
      return Error{"has more than 4096 characters, or one that no header may have", "authorization",
                   "write it on one line"};
    if (settings.headers.size() > most_headers || !std::ranges::all_of(settings.headers, is_header))
      return Error{"are no headers, or more than 16", "headers", "write each as 'Name: value'"};
    if (settings.proxy.size() > 2048) return Error{"is longer than 2048 characters", "proxy", "shorten it"};
    return check_cache(settings);
  }

  static Result<std::unique_ptr<Remote>> make(Settings settings, const gatepost::Instance& instance) {
    gatepost::support::HttpConnection connection{settings.url,
                                                 settings.proxy,
                                                 settings.ca,
                                                 settings.verify,
                                                 settings.client_certificate,
                                                 settings.client_key,
                                                 settings.timeout,
                                                 settings.timeout,
                                                 0};
    if (auto http = Http::make(connection); !http) return http.error();
    return std::unique_ptr<Remote>(new Remote(std::move(settings), std::move(connection), instance.host));
  }

  Result<Decision> decide(const Attempt& attempt) const override {
    const auto& subject = attempt.credential.subject;
    const auto request = remote::request_of(
        attempt, settings_.subject == Subject::clear ? subject : host_->pseudonym(subject), settings_.attributes);
    if (auto known = cache_.fresh(request.key, host_->clock().boot())) return *known;
    auto turn = availability_.turn();
    if (!turn) return without_it(request.key);
    auto answer = ask(request.body);
    if (!answer) return without_it(request.key);
    cache_.put(request.key, *answer, host_->clock().boot());
    return std::move(answer->decision);
  }

  std::string needs_network() const override {
    std::string then = "it denies";
    if (settings_.when_away == WhenAway::grant) then = "it lets everybody pass";
    if (settings_.when_away == WhenAway::cached)
      then = "it goes by answers that are no older than " + std::to_string(settings_.cached_for / 1min) +
             " min, and else denies";
    return "asks " + settings_.url + "; while that is away " + then;
  }

 private:
  Remote(Settings settings, gatepost::support::HttpConnection connection, std::shared_ptr<gatepost::Host> host)
      : settings_(std::move(settings)),
        host_(std::move(host)),
        headers_{"Content-Type: application/json", "Accept: application/json", "Expect:"},
        connections_(std::move(connection)),
        availability_(host_),
        cache_(settings_.cache_for, settings_.when_away == WhenAway::cached ? settings_.cached_for : 0s, most_cached) {
    headers_.insert(headers_.end(), settings_.headers.begin(), settings_.headers.end());
    if (!settings_.authorization.empty()) headers_.push_back("Authorization: " + settings_.authorization);
  }

  static Result<void> check_cache(const Settings& settings) {
    const bool uses = settings.when_away == WhenAway::cached;
    if (uses && settings.cached_for <= settings.cache_for)
      return Error{
          "an answer that is no older than cache_for is used anyway, so while the authority is away nothing is "
          "added to that",
          "cached_for", "set cached_for to more than cache_for"};
    if (!uses && settings.cached_for > 0s)
      return Error{"cached_for is set, and when_away does not use it", "cached_for, when_away",
                   "write when_away: cached, or take cached_for out"};
    return {};
  }

  /// What came of it is told to availability_.
  std::optional<remote::Answer> ask(const std::string& body) const {
    auto http = connections_.take();
    if (!http) return std::nullopt;
    const std::string name = (*http)->name();
    const auto said = (*http)->post(body, headers_, {});
    connections_.give_back(std::move(*http));
    if (const auto* silence = std::get_if<HttpSilence>(&said)) {
      availability_.silent(Error{silence->what, name, silence->remedy});
      return std::nullopt;
    }
    auto answer = read(std::get<HttpAnswer>(said));
    if (answer) {
      availability_.answered();
      return std::move(*answer);
    }
    availability_.unusable(Error{answer.error().what, name, answer.error().remedy});
    return std::nullopt;
  }

  static Result<remote::Answer> read(const HttpAnswer& said) {
    if (said.status / 100 == 2) return remote::answer_of(said.text);
    const bool is_refused = said.status == 401 || said.status == 403;
    return Error{"it answers " + std::to_string(said.status),
                 {},
                 is_refused ? "see that the authority knows this authorization" : "see whether the address is right"};
  }

  Decision without_it(const std::string& key) const {
    if (settings_.when_away == WhenAway::grant) return {Outcome::grant, "remote_unasked"};
    auto known = cache_.stale(key, host_->clock().boot());
    if (!known) return {Outcome::deny, "remote_away"};
    if (known->outcome == Outcome::grant) known->reason = "remote_unasked";
    return *known;
  }

  const Settings settings_;
  const std::shared_ptr<gatepost::Host> host_;
  std::vector<std::string> headers_;
  mutable Connections connections_;
  mutable remote::Availability availability_;
  mutable remote::Cache cache_;
};

constexpr auto table = gatepost::settings(
    gatepost::field("url", &Settings::url, "whom to ask: https://host/path").required(),
    gatepost::field("authorization", &Settings::authorization,
                    "the value of the header Authorization, for an authority that wants one: Bearer …; best `!file`")
        .secret(),
    gatepost::field("headers", &Settings::headers, "further headers, each as 'Name: value'").secret(),
    gatepost::field("ca", &Settings::ca, "file with the certificates to trust, instead of the machine's own"),
    gatepost::field("verify", &Settings::verify, "whether the server must prove by its certificate who it is"),
    gatepost::field("client_certificate", &Settings::client_certificate, "file with this gate's certificate, in PEM"),
    gatepost::field("client_key", &Settings::client_key, "file with the key of client_certificate, in PEM"),
    gatepost::field("proxy", &Settings::proxy, "a proxy to go through; the environment's are not used").secret(),
    gatepost::field("timeout", &Settings::timeout,
                    "the longest wait for an answer, whole; less than the lane's policy_timeout (500ms unless set)")
        .between(20ms, 29s),
    gatepost::field("subject", &Settings::subject,
                    "as what the authority is told who comes: recorded: as Records have it, by the site's privacy its "
                    "keyed hash or nothing; clear: as the credential has it"),
    gatepost::field("attributes", &Settings::attributes,
                    "names of the credential's attributes that the authority is told; unless said, none"),
    gatepost::field("cache_for", &Settings::cache_for,
                    "the longest that an answer is used again for the same attempt; the answer may say less; 0s: each "
                    "attempt is asked")
        .between(0s, 24h),
    gatepost::field("when_away", &Settings::when_away,
                    "what happens while the authority gives no answer: deny, grant, or cached: its last answer to the "
                    "same attempt, and where there is none, deny"),
    gatepost::field("cached_for", &Settings::cached_for, "of when_away: cached: how old that answer may be")
        .between(0s, std::chrono::hours(24 * 366)));

}  // namespace

GATEPOST_POLICY("remote", "asks an authority on the network about each attempt", table, Remote)
