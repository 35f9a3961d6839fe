// Lets people and programs of this machine ask a running engine.
//
// A Unix stream socket; a client sends one JSON object a line, {"do":"status",…}, and gets one line or, from some
// verbs, many: {"ok":true,…} or {"ok":false,"what":…,"where":…,"remedy":…}. It may ask again on the same connection
// once it has its answer. Only the engine's own user and root are let in: by the socket's mode, and once more by who
// the kernel says has connected. At most 16 clients; one that asks for nothing for a minute, or does not read, is left.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <gatepost/result.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "api/session.hpp"
#include "api/verbs.hpp"

namespace gatepost::api {

class Server {
 public:
  static constexpr std::size_t most_clients = 16;

  /// Listens at `socket` (see listen_at) and answers on a thread of its own. What the verbs use outlives the Server.
  static Result<std::unique_ptr<Server>> start(const std::filesystem::path& socket, Verbs verbs, Pace pace = {});

  /// Leaves every client and removes the socket. Waits for a verb that is being answered, for nothing else.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  Server(std::filesystem::path socket, Verbs verbs, Pace pace, int descriptor);
  void accept();
  void admit(Session::Socket client);
  void leave_all();

  const std::filesystem::path socket_;
  const Verbs verbs_;
  const Pace pace_;
  std::uint64_t inode_ = 0;  ///< of the socket's file: only one's own is removed
  boost::asio::io_context context_{1};
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer pause_{context_};
  std::vector<std::shared_ptr<Session>> sessions_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::api
