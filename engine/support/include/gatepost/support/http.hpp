// POSTs to one address by libcurl, so that every wait ends when it must: at its time-out, or when asked to stop.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace gatepost::support {

struct HttpConnection {
  std::string url;    ///< http or https, without a user's name in it
  std::string proxy;  ///< empty: none, whatever the environment says
  std::filesystem::path ca;
  bool verify = true;
  std::filesystem::path client_certificate, client_key;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{20000};
  long redirects = 0;
};

/// What the other side said.
struct HttpAnswer {
  long status = 0;
  Duration retry_after{};  ///< zero: it did not ask for it
  std::string text;        ///< the beginning of its body, up to 64 KiB
  /// A redirect (301, 302, 303) asked for another page in place of taking the body, as to a login page: what is
  /// answered there says nothing of what was posted.
  bool led_away = false;
};

/// Why nothing was said, or not all of it.
struct HttpSilence {
  std::string what;
  std::string remedy;
  bool unreachable = false;  ///< nobody was there: no name, no route, no listener
};

class Http {
 public:
  /// An Error where the address cannot be one.
  static Result<std::unique_ptr<Http>> make(HttpConnection connection);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  /// Sends, and waits for the whole answer. Of an answer's body the first 64 KiB are read, of its head 64 KiB.
  std::variant<HttpAnswer, HttpSilence> post(const std::string& body, const std::vector<std::string>& headers,
                                             const std::stop_token& stop);

  /// Opens a connection and closes it.
  bool reachable(const std::stop_token& stop);

  /// The address without what may be secret in it: its query.
  const std::string& name() const { return name_; }

 private:
  /// One transfer's handle, a CURL*.
  struct EndEasy {
    void operator()(void* easy) const;
  };
  using Easy = std::unique_ptr<void, EndEasy>;
  struct Handles;
  Http(HttpConnection connection, std::string name, std::string origin);
  Easy begin();
  void set_up(void* easy) const;
  void set_up_post(void* easy, const std::string& body) const;
  int run(void* easy, const std::stop_token& stop);

  const HttpConnection connection_;
  const std::string name_;
  const std::string origin_;  ///< http://host:port, to knock at
  std::unique_ptr<Handles> handles_;
};

}  // namespace gatepost::support
