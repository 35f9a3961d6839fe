// Records to a receiver on the network: HTTP POST of JSON, signed.
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <gatepost/descriptor.hpp>
#include <gatepost/support/http.hpp>
#include <gatepost/support/printable.hpp>

#include "message.hpp"
#include "signature.hpp"
#include "success.hpp"

namespace {

using gatepost::Delivery;
using gatepost::Error;
using gatepost::Record;
using gatepost::Result;
using namespace std::chrono_literals;

struct Settings {
  std::string url;
  std::string key, authorization;
  std::filesystem::path ca;
  bool verify = true;
  std::filesystem::path client_certificate, client_key;
  std::string proxy;
  std::chrono::milliseconds connect_timeout = 5s;
  std::chrono::milliseconds timeout = 20s;
  std::uint32_t redirects = 0;
  std::uint32_t batch = 256;
  gatepost::ByteSize most_bytes{1024 * 1024};
  bool gzip = false;
  std::vector<std::string> success{"2xx"};
  std::string success_path, success_value;
};

/// What an answer means for the Records in it.
enum class Fate {
  taken,
  later,    ///< the receiver is unwell or asks for time
  address,  ///< nothing is wrong with the Records: with the address, the key or the authorization
  refused,
};

// RFC 9110, 15; RFC 8470 for 425; RFC 6585 for 429 and 431. 409 is what draft-ietf-httpapi-idempotency-key-header has
// for a message that is still being worked on. What speaks of the request as a whole says nothing of its content. A 2xx
// that the site does not take for a success may come to be one.
Fate fate_of_failure(long status) {
  if (status == 408 || status == 409 || status == 425 || status == 429 || status >= 500 || status < 300)
    return Fate::later;
  constexpr std::array whole{401L, 402L, 403L, 404L, 405L, 407L, 410L, 421L, 426L, 431L, 451L};
  if (status < 400 || std::ranges::find(whole, status) != whole.end()) return Fate::address;
  return Fate::refused;
}

const char* remedy_for(long status) {
  if (status >= 300 && status < 400) return "set url to the new address, or redirects to how many may be followed";
  if (status == 401 || status == 403) return "see that the receiver knows this key and authorization";
  if (status == 407) return "put the proxy's user and password into the setting proxy";
  return fate_of_failure(status) == Fate::address ? "see whether the address is right" : "ask the receiver's owner";
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;  // zlib.h, deflateInit2: 16 more asks for a gzip header
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib does not write there
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return whole ? packed : std::string();
}

bool is_control(char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; }

void blot_out(std::string& text, const std::string& hidden) {
  const auto same = [](char one, char other) {
    return std::tolower(static_cast<unsigned char>(one)) == std::tolower(static_cast<unsigned char>(other));
  };
  if (hidden.empty()) return;
  constexpr std::string_view blot = "…";
  for (std::size_t from = 0;;) {
    const auto found =
        std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), hidden.begin(), hidden.end(), same);
    if (found == text.end()) return;
    from = static_cast<std::size_t>(found - text.begin());
    text.replace(from, hidden.size(), blot);
    from += blot.size();
  }
}

// The beginning of what the receiver says, harmless to a terminal and a log, without what is ours to keep: the
// authorization, and who passed. A receiver that says a Record back is not repeated at all: it may write a subject in
// another way.
std::string excerpt(std::string text, const std::string& secret, std::span<const Record> records) {
  constexpr std::size_t most = 160;
  if (text.find("subject") != text.npos) return ": it says a Record back, which is not repeated here";
  blot_out(text, secret);
  for (const Record& record : records) {
    blot_out(text, record.subject);
    for (const auto& attribute : record.attributes) blot_out(text, attribute.second);
  }
  for (char& byte : text)
    if (is_control(byte)) byte = ' ';
  return text.empty() ? text : ": " + gatepost::support::printable(text, most);
}

class Webhook final : public gatepost::Sink {
 public:
  static Result<void> check(const Settings& settings) {
    if (settings.client_certificate.empty() != settings.client_key.empty())
      return Error{"a client certificate needs its key, and a key its certificate", "client_certificate, client_key",
                   "set both or neither"};
    if (settings.authorization.size() > 4096 || std::ranges::any_of(settings.authorization, is_control))
      return Error{"has more than 4096 characters, or one that no header may have", "authorization",
                   "write it on one line"};
    if (auto success = success_of(settings); !success) return success.error();
    if (settings.proxy.size() > 2048) return Error{"is longer than 2048 characters", "proxy", "shorten it"};
    return {};
  }

  static Result<std::unique_ptr<Webhook>> make(Settings settings, const gatepost::Instance&) {
    auto key = webhook::Key::from(settings.key);
    if (!key) return key.error();
    auto success = success_of(settings);
    if (!success) return success.error();
    auto http = gatepost::support::Http::make(
        {settings.url, settings.proxy, settings.ca, settings.verify, settings.client_certificate, settings.client_key,
         settings.connect_timeout, settings.timeout, static_cast<long>(settings.redirects)});
    if (!http) return http.error();
    return std::unique_ptr<Webhook>(
        new Webhook(std::move(settings), std::move(*key), std::move(*success), std::move(*http)));
  }

  Delivery deliver(std::span<const Record> batch, std::stop_token stop) override {
    Delivery delivery;
    while (delivery.taken < batch.size() && !delivery.error) {
      if (stop.stop_requested())
        delivery.error = Error{"was told to stop", http_->name(), "start it"};
      else
        deliver_some(batch.subspan(delivery.taken), delivery, stop);
    }
    return delivery;
  }

  bool reachable(const std::stop_token& stop) override { return http_->reachable(stop); }

 private:
  Webhook(Settings settings, webhook::Key key, webhook::Success success, std::unique_ptr<gatepost::support::Http> http)
      : settings_(std::move(settings)),
        key_(std::move(key)),
        success_(std::move(success)),
        http_(std::move(http)),
        most_(settings_.batch) {}

  static Result<webhook::Success> success_of(const Settings& settings) {
    return webhook::Success::from({settings.success, settings.success_path, settings.success_value});
  }

  // The next message, or the first half of it, and again, until the receiver takes one or refuses a single Record.
  void deliver_some(std::span<const Record> records, Delivery& delivery, const std::stop_token& stop) {
    std::size_t count = std::min<std::size_t>(records.size(), most_);
    if (records[0].id == suspect_) count = 1;  // known since the last call
    const std::size_t most_before = most_;
    while (true) {
      const auto message = webhook::message_of(records.first(count), settings_.most_bytes.bytes);
      const std::string body = settings_.gzip ? gzipped(message.body) : message.body;
      const auto said = http_->post(body, headers_of(message.id, body), stop);
      if (const auto* silence = std::get_if<gatepost::support::HttpSilence>(&said)) {
        delivery.error = Error{silence->what, http_->name(), silence->remedy};
        delivery.unreachable = silence->unreachable;
        return;
      }
      const auto& answer = std::get<gatepost::support::HttpAnswer>(said);
      const auto success = answer.led_away ? led_away() : success_.of(answer.status, answer.text);
      const Fate fate = success           ? Fate::taken
                        : answer.led_away ? Fate::address
                                          : fate_of_failure(success_.names(answer.status) ? 200 : answer.status);
      if (fate == Fate::taken) return take(message.records, delivery);
      if (fate == Fate::refused && message.records > 1) {
        count = message.records / 2;
        if (answer.status == 413) shrink_to(count);
        continue;
      }
      delivery.error = error_of(answer, records.first(message.records), fate, success.error());
      delivery.retry_after = answer.retry_after;
      delivery.refused = fate == Fate::refused;
      if (!delivery.refused) return;
      suspect_ = records[0].id;
      most_ = most_before;  // it was this one, not how many there were
      return;
    }
  }

  void take(std::size_t count, Delivery& delivery) {
    delivery.taken += count;
    constexpr std::uint32_t good_ones_before_more = 64;
    if (most_ == settings_.batch || ++taken_in_a_row_ < good_ones_before_more) return;
    most_ = std::min<std::size_t>(most_ * 2, settings_.batch);
    taken_in_a_row_ = 0;
  }

  // The receiver takes no larger ones; it is asked again only after many that went well.
  void shrink_to(std::size_t count) {
    most_ = count;
    taken_in_a_row_ = 0;
  }

  static Result<void> led_away() {
    return Error{"a redirect led to another page, which takes no Records",
                 {},
                 "see whether the address is right, or whether the receiver wants an authorization"};
  }

  Error error_of(const gatepost::support::HttpAnswer& answer, std::span<const Record> records, Fate fate,
                 const Error& failure) const {
    std::string what = failure.what;
    if (fate == Fate::refused) what += " to the Record " + std::to_string(records[0].id.sequence);
    const bool is_own = answer.led_away || (answer.status >= 200 && answer.status < 300);
    return {what + excerpt(answer.text, settings_.authorization, records), http_->name(),
            is_own ? failure.remedy : remedy_for(answer.status)};
  }

  std::vector<std::string> headers_of(const std::string& id, const std::string& body) const {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::int64_t seconds = now.time_since_epoch().count();
    std::vector<std::string> headers{"Content-Type: application/json",
                                     "Expect:",
                                     "webhook-id: " + id,
                                     "webhook-timestamp: " + std::to_string(seconds),
                                     "webhook-signature: " + key_.sign(id, seconds, body),
                                     "Idempotency-Key: \"" + id + "\""};
    if (settings_.gzip) headers.emplace_back("Content-Encoding: gzip");
    if (!settings_.authorization.empty()) headers.push_back("Authorization: " + settings_.authorization);
    return headers;
  }

  const Settings settings_;
  const webhook::Key key_;
  const webhook::Success success_;
  const std::unique_ptr<gatepost::support::Http> http_;
  std::size_t most_;  ///< Records in a message, as the receiver bears them
  std::uint32_t taken_in_a_row_ = 0;
  gatepost::RecordId suspect_{};  ///< refused last time
};

constexpr auto table = gatepost::settings(
    gatepost::field("url", &Settings::url, "where to: https://host/path").required(),
    gatepost::field("key", &Settings::key, "what both sides sign and check with; best `!file`").required().secret(),
    gatepost::field("authorization", &Settings::authorization,
                    "the value of the header Authorization, for a receiver that wants one: Bearer …; best `!file`")
        .secret(),
    gatepost::field("ca", &Settings::ca, "file with the certificates to trust, instead of the machine's own"),
    gatepost::field("verify", &Settings::verify, "whether the server must prove by its certificate who it is"),
    gatepost::field("client_certificate", &Settings::client_certificate, "file with this gate's certificate, in PEM"),
    gatepost::field("client_key", &Settings::client_key, "file with the key of client_certificate, in PEM"),
    gatepost::field("proxy", &Settings::proxy, "a proxy to go through; the environment's are not used").secret(),
    gatepost::field("connect_timeout", &Settings::connect_timeout, "the longest wait for a connection")
        .between(100ms, 60s),
    gatepost::field("timeout", &Settings::timeout, "the longest that one message may take, whole").between(100ms, 600s),
    gatepost::field("redirects", &Settings::redirects, "how many redirects are followed").between(0, 10),
    gatepost::field("batch", &Settings::batch, "Records in a message, at most").between(1, 256),
    gatepost::field("most_bytes", &Settings::most_bytes, "a message's JSON, at most; a single Record may be larger")
        .between(gatepost::ByteSize{4096}, gatepost::ByteSize{16 * 1024 * 1024}),
    gatepost::field("gzip", &Settings::gzip, "whether messages are compressed"),
    gatepost::field("success", &Settings::success,
                    "the statuses by which the receiver says that it has the Records: 2xx, 200, 200-204, also of 4xx"),
    gatepost::field("success_path", &Settings::success_path,
                    "where its JSON says so, too, as a JSON Pointer: /status; without it the body is not looked at"),
    gatepost::field("success_value", &Settings::success_value,
                    "what stands there, such as ok; without it anything but null and false"));

}  // namespace

GATEPOST_SINK("webhook", "Records to a receiver on the network, by signed HTTP POST", table, Webhook)
