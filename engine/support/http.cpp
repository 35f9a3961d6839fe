#include <gatepost/support/http.hpp>

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatepost::support {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_body = 64 * 1024, most_head = 64 * 1024;
constexpr long most_retry_after = 24 * 3600;
constexpr long knock_timeout_ms = 900;
constexpr long connection_age = 30;  ///< seconds unused

struct EndList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, EndList>;

struct EndUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

/// What an answer has brought so far.
struct Received {
  std::string text;
  std::size_t body = 0, head = 0;
};

std::size_t take_body(const char* bytes, std::size_t, std::size_t size, void* into) {
  auto& received = *static_cast<Received*>(into);
  received.body += size;
  received.text.append(bytes, std::min(size, most_body - std::min(received.text.size(), most_body)));
  return received.body > most_body ? 0 : size;
}

std::size_t take_head(const char*, std::size_t, std::size_t size, void* into) {
  auto& received = *static_cast<Received*>(into);
  received.head += size;
  return received.head > most_head ? 0 : size;
}

bool is_tls(CURLcode code) {
  constexpr std::array codes{CURLE_SSL_CONNECT_ERROR,
                             CURLE_PEER_FAILED_VERIFICATION,
                             CURLE_SSL_CERTPROBLEM,
                             CURLE_SSL_CIPHER,
                             CURLE_SSL_CACERT_BADFILE,
                             CURLE_SSL_ISSUER_ERROR,
                             CURLE_SSL_PINNEDPUBKEYNOTMATCH,
                             CURLE_SSL_INVALIDCERTSTATUS,
                             CURLE_SSL_CLIENTCERT};
  return std::ranges::find(codes, code) != codes.end();
}

HttpAnswer answer_of(CURL* easy, std::string text) {
  HttpAnswer answer{.text = std::move(text)};
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  const char* method = nullptr;
  curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_METHOD, &method);
  answer.led_away = method != nullptr && std::string_view(method) != "POST";
  curl_off_t retry_after = 0;
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
  answer.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(retry_after, 0, most_retry_after));
  return answer;
}

std::string in_seconds(std::chrono::milliseconds time) {
  return fmt::format("{} s", std::chrono::duration<double>(time).count());
}

HttpSilence silence_of(CURLcode code, CURL* easy, const char* text, const HttpConnection& connection) {
  curl_off_t connected = 0;
  curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
  HttpSilence silence{text[0] != '\0' ? text : curl_easy_strerror(code), "see whether the receiver is well", false};
  if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_COULDNT_CONNECT ||
      (code == CURLE_OPERATION_TIMEDOUT && connected == 0)) {
    silence.unreachable = true;
    silence.remedy = "see whether the receiver runs and this machine's network reaches it";
    if (code == CURLE_OPERATION_TIMEDOUT)
      silence.what = "no answer in " + in_seconds(std::min(connection.connect_timeout, connection.timeout));
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    silence.what = "no whole answer in " + in_seconds(connection.timeout);
  } else if (is_tls(code)) {
    silence.remedy = "see the server's certificate, the setting ca, and this machine's clock";
  }
  return silence;
}

}  // namespace

void Http::EndEasy::operator()(void* easy) const { curl_easy_cleanup(easy); }

struct Http::Handles {
  Handles() {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi.reset(curl_multi_init());
  }
  ~Handles() {
    multi.reset();
    curl_global_cleanup();
  }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  struct EndMulti {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
  };
  std::unique_ptr<CURLM, EndMulti> multi;
};

Result<std::unique_ptr<Http>> Http::make(HttpConnection connection) {
  const auto bad = [](const char* what) {
    return Error{what, "url", "write the receiver's whole address: https://host/path"};
  };
  const std::unique_ptr<CURLU, EndUrl> url(curl_url());
  if (connection.url.size() > 2048) return bad("the address is longer than 2048 characters");
  if (curl_url_set(url.get(), CURLUPART_URL, connection.url.c_str(), 0) != CURLUE_OK) return bad("is no address");
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return bad("is no http or https address");
  if (!part_of(url.get(), CURLUPART_USER).empty() || !part_of(url.get(), CURLUPART_PASSWORD).empty())
    return Error{"has a user or password in it, which would be seen", "url", "put them into the setting authorization"};
  const std::string host = part_of(url.get(), CURLUPART_HOST);
  const std::string port = part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const std::string name = scheme + "://" + host + ":" + port + part_of(url.get(), CURLUPART_PATH);
  return std::unique_ptr<Http>(new Http(std::move(connection), name, "http://" + host + ":" + port));
}

Http::Http(HttpConnection connection, std::string name, std::string origin)
    : connection_(std::move(connection)), name_(std::move(name)), origin_(std::move(origin)) {}

Http::~Http() = default;

void Http::set_up(void* easy) const {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a name server that is silent must not hold us at the end
  curl_easy_setopt(easy, CURLOPT_PROXY, connection_.proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connection_.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(connection_.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, connection_age);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "gatepost");
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  if (!connection_.ca.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, connection_.ca.c_str());
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, connection_.verify ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, connection_.verify ? 2L : 0L);
  if (!connection_.client_certificate.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT, connection_.client_certificate.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLKEY, connection_.client_key.c_str());
  }
}

Http::Easy Http::begin() {
  if (!handles_) handles_ = std::make_unique<Handles>();
  Easy easy(handles_->multi ? curl_easy_init() : nullptr);
  if (easy) set_up(easy.get());
  return easy;
}

void Http::set_up_post(void* easy, const std::string& body) const {
  curl_easy_setopt(easy, CURLOPT_URL, connection_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, connection_.redirects > 0 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, connection_.redirects);
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, name_.starts_with("https:") ? "https" : "http,https");
}

// A CURLcode; CURLE_ABORTED_BY_CALLBACK when asked to stop.
int Http::run(void* easy, const std::stop_token& stop) {
  CURLM* multi = handles_->multi.get();
  if (curl_multi_add_handle(multi, easy) != CURLM_OK) return CURLE_FAILED_INIT;
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  CURLcode code = CURLE_ABORTED_BY_CALLBACK;
  for (int running = 1; running > 0 && !stop.stop_requested();) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) break;
    if (running > 0) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left))
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  curl_multi_remove_handle(multi, easy);
  return code;
}

std::variant<HttpAnswer, HttpSilence> Http::post(const std::string& body, const std::vector<std::string>& headers,
                                                 const std::stop_token& stop) {
  const Easy easy = begin();
  if (!easy) return HttpSilence{"libcurl could not begin", "see whether memory is left", false};
  List list;
  for (const auto& header : headers) list.reset(curl_slist_append(list.release(), header.c_str()));
  Received received;
  std::array<char, CURL_ERROR_SIZE> text{};
  set_up_post(easy.get(), body);
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, list.get());
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &received);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, &take_head);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &received);
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, text.data());
  const auto code = static_cast<CURLcode>(run(easy.get(), stop));
  if (code == CURLE_ABORTED_BY_CALLBACK)
    return HttpSilence{"was told to stop before the answer came", "start it", false};
  const bool is_read = code == CURLE_OK || (code == CURLE_WRITE_ERROR && received.body > most_body);
  if (!is_read) return silence_of(code, easy.get(), text.data(), connection_);
  return answer_of(easy.get(), std::move(received.text));
}

bool Http::reachable(const std::stop_token& stop) {
  const Easy easy = begin();
  if (!easy) return false;
  curl_easy_setopt(easy.get(), CURLOPT_URL, origin_.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_HTTPPROXYTUNNEL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_CONNECTTIMEOUT_MS, knock_timeout_ms);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, knock_timeout_ms);
  return run(easy.get(), stop) == CURLE_OK;
}

}  // namespace gatepost::support
