#include "observe/metrics_server.hpp"

#include <unistd.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <gatepost/support/unix_socket.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace gatepost::observe {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Generic = asio::generic::stream_protocol;

constexpr std::uint32_t longest_head = 4096;
constexpr std::chrono::seconds request_patience{10}, next_patience{75}, accept_pause{1};

http::response<http::string_body> answer_to(const http::request<http::empty_body>& request,
                                            const MetricsServer::Text& text) {
  http::response<http::string_body> response{http::status::ok, request.version()};
  response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
  response.keep_alive(request.keep_alive());
  const bool head = request.method() == http::verb::head;
  if (!head && request.method() != http::verb::get) {
    response.result(http::status::method_not_allowed);
    response.set(http::field::allow, "GET, HEAD");
    response.body() = "only GET\n";
  } else if (request.target() != "/metrics") {
    response.result(http::status::not_found);
    response.body() = "there is only /metrics\n";
  } else {
    response.body() = text();
  }
  response.prepare_payload();
  if (head) response.body().clear();
  return response;
}

/// One connection.
class MetricsSession : public std::enable_shared_from_this<MetricsSession> {
 public:
  MetricsSession(Generic::socket socket, const MetricsServer::Text& text) : stream_(std::move(socket)), text_(text) {}

  void listen(std::chrono::seconds patience) {
    parser_.emplace();
    parser_->header_limit(longest_head);
    parser_->body_limit(0);
    stream_.expires_after(patience);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code bad, std::size_t) {
      if (!bad) self->answer();
    });
  }
  void close() { stream_.close(); }

 private:
  void answer() {
    response_ = answer_to(parser_->get(), text_);
    stream_.expires_after(request_patience);
    http::async_write(stream_, response_, [self = shared_from_this()](error_code bad, std::size_t) {
      if (!bad && self->response_.keep_alive()) self->listen(next_patience);
    });
  }

  beast::basic_stream<Generic> stream_;
  const MetricsServer::Text& text_;
  beast::flat_buffer buffer_{longest_head};
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
};

}  // namespace

/// Lets visitors in. All of it on the server's thread once that runs.
class MetricsServer::Listener {
 public:
  virtual ~Listener() = default;
  virtual void open() = 0;
  virtual void shut() = 0;
};

namespace {

template <class Protocol>
class MetricsListener final : public MetricsServer::Listener {
 public:
  MetricsListener(typename Protocol::acceptor acceptor, MetricsServer::Text text)
      : acceptor_(std::move(acceptor)), pause_(acceptor_.get_executor()), text_(std::move(text)) {}

  void open() override {
    acceptor_.async_accept([this](error_code bad, typename Protocol::socket client) {
      if (!acceptor_.is_open()) return;
      if (!bad) {
        admit(std::move(client));
        return open();
      }
      pause_.expires_after(accept_pause);
      pause_.async_wait([this](error_code left) {
        if (!left) open();
      });
    });
  }
  void shut() override {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (const auto& weak : visitors_)
      if (const auto session = weak.lock()) session->close();
  }

 private:
  void admit(typename Protocol::socket client) {
    std::erase_if(visitors_, [](const auto& weak) { return weak.expired(); });
    if (visitors_.size() >= MetricsServer::most_clients) return;  // hung up on
    auto session = std::make_shared<MetricsSession>(Generic::socket(std::move(client)), text_);
    visitors_.push_back(session);
    session->listen(request_patience);
  }

  typename Protocol::acceptor acceptor_;
  asio::steady_timer pause_;
  const MetricsServer::Text text_;
  std::vector<std::weak_ptr<MetricsSession>> visitors_;
};

Result<std::unique_ptr<MetricsServer::Listener>> open_port(asio::io_context& context, const config::MetricsPlace& place,
                                                           MetricsServer::Text text) {
  using asio::ip::tcp;
  error_code bad;
  const tcp::endpoint endpoint(asio::ip::make_address(place.host, bad), place.port);
  tcp::acceptor acceptor(context);
  if (!bad) acceptor.open(endpoint.protocol(), bad);
  if (!bad) acceptor.set_option(tcp::acceptor::reuse_address(true), bad);
  if (!bad) acceptor.bind(endpoint, bad);
  if (!bad) acceptor.listen(MetricsServer::most_clients, bad);
  if (bad)
    return Error{"cannot offer metrics: " + bad.message(), place.host + ":" + std::to_string(place.port),
                 "choose another port in the site file's 'observe: { metrics: … }'"};
  return std::unique_ptr<MetricsServer::Listener>(
      std::make_unique<MetricsListener<tcp>>(std::move(acceptor), std::move(text)));
}

Result<std::unique_ptr<MetricsServer::Listener>> open_socket(asio::io_context& context,
                                                             const config::MetricsPlace& place,
                                                             MetricsServer::Text text) {
  using local = asio::local::stream_protocol;
  constexpr unsigned owner_and_group = 0660;
  auto ear = support::listen_at(place.socket, owner_and_group);
  if (!ear) return ear.error();
  return std::unique_ptr<MetricsServer::Listener>(
      std::make_unique<MetricsListener<local>>(local::acceptor(context, local(), ear->release()), std::move(text)));
}

}  // namespace

MetricsServer::MetricsServer(config::MetricsPlace place) : place_(std::move(place)) {}

Result<std::unique_ptr<MetricsServer>> MetricsServer::start(const config::MetricsPlace& place, Text text) {
  std::unique_ptr<MetricsServer> server(new MetricsServer(place));
  auto listener = (place.socket.empty() ? open_port : open_socket)(server->context_, place, std::move(text));
  if (!listener) return listener.error();
  server->listener_ = std::move(*listener);
  server->listener_->open();
  server->thread_ = std::jthread([&context = server->context_] { context.run(); });
  return server;
}

MetricsServer::~MetricsServer() {
  if (!thread_.joinable()) return;
  asio::post(context_, [this] { listener_->shut(); });
  thread_.join();
  if (!place_.socket.empty()) ::unlink(place_.socket.c_str());
}

}  // namespace gatepost::observe
