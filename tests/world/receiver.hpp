// A web server that the test starts, as good or as bad as the test wants:
//   world::Receiver receiver;
//   receiver.answers([](const world::Request&) { return world::Reply{.status = 500}; });
//   … receiver.url("/records") … receiver.requests() …
#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <list>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gatepost::world {

struct Request {
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// A header's value; empty where there is none.
  std::string header(const std::string& name) const {
    for (const auto& [key, value] : headers)
      if (boost::beast::iequals(key, name)) return value;
    return {};
  }
};

enum class Manner {
  whole,    ///< answers as it should
  silent,   ///< never answers
  half,     ///< answers half and closes
  drip,     ///< answers a byte each 50 ms
  reset,    ///< breaks the connection
  endless,  ///< its answer's body never ends
};

struct Reply {
  unsigned status = 200;
  Manner manner = Manner::whole;
  std::vector<std::string> headers{};  ///< "Retry-After: 3"
  std::string body{};
};

/// A server on a free port of 127.0.0.1, a thread a connection. With a certificate (PEM, and its key in the same file)
/// it speaks TLS.
class Receiver {
 public:
  explicit Receiver(const std::filesystem::path& certificate = {}) {
    if (!certificate.empty()) {
      tls_.emplace(boost::asio::ssl::context::tls_server);
      tls_->use_certificate_chain_file(certificate.string());
      tls_->use_private_key_file(certificate.string(), boost::asio::ssl::context::pem);
    }
    port_ = listen(0);
  }
  ~Receiver() { goes_down(); }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  /// From the next request on.
  void answers(std::function<Reply(const Request&)> answer) {
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(answer);
  }

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& path = "/") const {
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_) + path;
  }

  /// Nobody listens any more, and who talks is cut off.
  void goes_down() {
    stopping_ = true;
    if (acceptor_) ::shutdown(acceptor_->native_handle(), SHUT_RDWR);
    {
      const std::scoped_lock lock(mutex_);
      for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    changed_.notify_all();
    if (accepting_.joinable()) accepting_.join();
    threads_.clear();
    acceptor_.reset();
  }
  /// On the same port as before.
  void comes_back() {
    stopping_ = false;
    listen(port_);
  }

  std::vector<Request> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  int connections() const { return connections_; }

  bool waits_for_requests(std::size_t count, std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return requests_.size() >= count; });
  }
  /// What was asked is not kept: for a million Records.
  void forgets() { keeps_ = false; }

 private:
  using Tcp = boost::asio::ip::tcp;
  using Error = boost::system::error_code;

  std::uint16_t listen(std::uint16_t port) {
    acceptor_.emplace(context_, Tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
    accepting_ = std::jthread([this] { accept_all(); });
    return acceptor_->local_endpoint().port();
  }

  void accept_all() {
    while (!stopping_) {
      Error failure;
      Tcp::socket socket(context_);
      acceptor_->accept(socket, failure);
      if (failure) return;
      ++connections_;
      threads_.emplace_back([this, talk = std::move(socket)]() mutable { serve(std::move(talk)); });
    }
  }

  void serve(Tcp::socket socket) {
    const int handle = socket.native_handle();
    {
      const std::scoped_lock lock(mutex_);
      open_.insert(handle);
      if (stopping_) ::shutdown(handle, SHUT_RDWR);
    }
    if (tls_) {
      boost::asio::ssl::stream<Tcp::socket&> stream(socket, *tls_);
      Error failure;
      stream.handshake(boost::asio::ssl::stream_base::server, failure);
      if (!failure) talk(stream, handle);
    } else {
      talk(socket, handle);
    }
    const std::scoped_lock lock(mutex_);
    open_.erase(handle);
  }

  template <class Stream>
  void talk(Stream& stream, int handle) {
    namespace http = boost::beast::http;
    boost::beast::flat_buffer buffer;
    while (!stopping_) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(64 << 20);
      Error failure;
      http::read(stream, buffer, parser, failure);
      if (failure) return;
      if (!reply(stream, handle, keep(parser.release()))) return;
    }
  }

  template <class Message>
  Request keep(Message message) {
    Request request{std::string(message.target()), {}, std::move(message.body())};
    for (const auto& field : message)
      request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    return request;
  }

  // False: the conversation is over.
  template <class Stream>
  bool reply(Stream& stream, int handle, Request request) {
    std::function<Reply(const Request&)> answer;
    {
      const std::scoped_lock lock(mutex_);
      answer = answer_;
    }
    const Reply reply = answer(request);
    {
      const std::scoped_lock lock(mutex_);
      if (keeps_) requests_.push_back(std::move(request));
    }
    changed_.notify_all();
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " So\r\n";
    for (const auto& header : reply.headers) text += header + "\r\n";
    if (reply.manner != Manner::endless && reply.status != 204)
      text += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
    text += "\r\n" + reply.body;
    return send(stream, handle, reply.manner, text);
  }

  template <class Stream>
  bool send(Stream& stream, int handle, Manner manner, const std::string& text) {
    const auto write = [&](std::string_view part) {
      Error failure;
      boost::asio::write(stream, boost::asio::buffer(part.data(), part.size()), failure);
      return !failure;
    };
    switch (manner) {
      case Manner::whole:
        return write(text);
      case Manner::silent:
        wait_for_the_end(handle);
        return false;
      case Manner::half:
        write(std::string_view(text).substr(0, text.size() / 2));
        return false;
      case Manner::drip:
        for (const char byte : text)
          if (!write({&byte, 1}) || is_over(handle, 50)) return false;
        return true;
      case Manner::reset: {
        const linger at_once{1, 0};
        ::setsockopt(handle, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        return false;
      }
      case Manner::endless:
        while (write(text.size() < 4096 ? text : std::string_view(text).substr(0, 4096)) && !stopping_) {
        }
        return false;
    }
    return false;
  }

  // Until the other side leaves or the server goes down.
  static void wait_for_the_end(int handle) {
    while (!is_over(handle, 10'000)) {
    }
  }
  static bool is_over(int handle, int patience_ms) {
    pollfd watched{handle, POLLRDHUP, 0};
    return ::poll(&watched, 1, patience_ms) == 1;
  }

  boost::asio::io_context context_;
  std::optional<boost::asio::ssl::context> tls_;
  std::optional<Tcp::acceptor> acceptor_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false, keeps_ = true;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::function<Reply(const Request&)> answer_ = [](const Request&) { return Reply{}; };
  std::vector<Request> requests_;
  std::set<int> open_;
  std::list<std::jthread> threads_;
  std::jthread accepting_;
};

/// A certificate for 127.0.0.1 that nobody else has signed, and its key, in one PEM file; empty where openssl is
/// missing.
inline std::filesystem::path self_made_certificate(const std::filesystem::path& file) {
  const std::string name = "'" + file.string() + "'";
  const std::string line =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
      "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout " +
      name + ".key -out " + name + " 2>/dev/null && cat " + name + ".key >> " + name;
  return std::system(line.c_str()) == 0 ? file : std::filesystem::path();
}

}  // namespace gatepost::world
