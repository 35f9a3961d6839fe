// One client of the control socket. Private to this room.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "api/verbs.hpp"
#include "core/token_bucket.hpp"

namespace gatepost::api {

/// The way from any thread to a session that may have gone.
struct Reply::Way {
  std::mutex mutex;
  Session* session = nullptr;  ///< null: gone, or asked for something else by now
  std::size_t unread = 0;      ///< bytes that were sent and not written yet
};

/// How often a client may ask.
struct Pace {
  double a_second = 1000;
  double at_once = 1000;
};

/// Reads requests one after the other and writes what they are answered. All on the server's thread, but post().
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;
  Session(Socket socket, const Verbs& verbs, Pace pace, std::function<void(Session&)> gone)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        rest_(socket_.get_executor()),
        verbs_(verbs),
        pace_(pace.a_second, pace.at_once),
        gone_(std::move(gone)) {}

  void start();
  /// Takes leave: nothing is read or written after this.
  void close();

  /// From any thread, under the Way's lock.
  void post(std::string text, bool last);

 private:
  void read();
  void next_request();
  bool rests();
  void handle(std::string_view line);
  void write(std::string text, bool last);
  void write_next();
  void refuse(const Error& error);
  void expect_within(std::chrono::seconds time);
  void cut_way();

  Socket socket_;
  boost::asio::steady_timer timer_, rest_;
  const Verbs& verbs_;
  core::TokenBucket pace_;
  std::function<void(Session&)> gone_;
  std::array<char, 4096> piece_{};  ///< what is being read
  std::string heard_;               ///< not handled yet
  std::deque<std::string> to_say_;
  std::size_t unsaid_ = 0;           ///< bytes in to_say_
  std::shared_ptr<Reply::Way> way_;  ///< of the request that is being answered
  bool reading_ = false;
  bool resting_ = false;  ///< it has asked too often
  bool leaving_ = false;  ///< closes once everything is said
  bool closed_ = false;
};

}  // namespace gatepost::api
