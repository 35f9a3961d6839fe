#include "api/server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <gatepost/support/unix_socket.hpp>
#include <utility>

#include "api/request.hpp"

namespace gatepost::api {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::seconds accept_pause{1};

std::uint64_t inode_of(const std::filesystem::path& file) {
  struct stat there {};
  return ::lstat(file.c_str(), &there) == 0 ? there.st_ino : 0;
}

// unix(7), SO_PEERCRED: who called connect.
bool may_ask(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == ::geteuid() || peer.uid == 0);
}

// A few bytes into an empty buffer: does not block.
void turn_away(Session::Socket& client, const Error& error) {
  error_code ignored;
  client.non_blocking(true, ignored);
  asio::write(client, asio::buffer(line_of(error)), ignored);
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const std::filesystem::path& socket, Verbs verbs, Pace pace) {
  auto ear = support::listen_at(socket);
  if (!ear) return ear.error();
  return std::unique_ptr<Server>(new Server(socket, std::move(verbs), pace, ear->release()));
}

Server::Server(std::filesystem::path socket, Verbs verbs, Pace pace, int descriptor)
    : socket_(std::move(socket)),
      verbs_(std::move(verbs)),
      pace_(pace),
      inode_(inode_of(socket_)),
      acceptor_(context_, asio::local::stream_protocol(), descriptor) {
  accept();
  thread_ = std::jthread([this] { context_.run(); });
}

Server::~Server() {
  asio::post(context_, [this] { leave_all(); });
  thread_.join();
  if (inode_ != 0 && inode_of(socket_) == inode_) ::unlink(socket_.c_str());
}

void Server::leave_all() {
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  for (const auto& session : std::exchange(sessions_, {})) session->close();
}

void Server::accept() {
  acceptor_.async_accept([this](error_code bad, Session::Socket client) {
    if (!acceptor_.is_open()) return;
    if (!bad) {
      admit(std::move(client));
      return accept();
    }
    pause_.expires_after(accept_pause);  // no descriptor is free: asked again at once it would say so at once
    pause_.async_wait([this](error_code left) {
      if (!left) accept();
    });
  });
}

void Server::admit(Session::Socket client) {
  if (!may_ask(client.native_handle()))
    return turn_away(client, {"this engine belongs to another user", socket_.string(), "ask as that user or as root"});
  if (sessions_.size() >= most_clients)
    return turn_away(client, {"this engine has 16 clients already", socket_.string(), "end one of them and try again"});
  auto session = std::make_shared<Session>(std::move(client), verbs_, pace_, [this](Session& gone) {
    std::erase_if(sessions_, [&](const auto& one) { return one.get() == &gone; });
  });
  sessions_.push_back(session);
  session->start();
}

}  // namespace gatepost::api
