// What a driver of a relay board needs that is spoken to in text, on a serial line or by TCP: one request and its
// answer at a time, and what the rules of hal/README.md ask of a command that fails.
#pragma once

#include <chrono>
#include <gatepost/hal/byte_stream.hpp>
#include <gatepost/hal/relay.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace gatepost::hal {

/// How a board answers.
struct TextManner {
  std::string ends = "\n";                            ///< the last bytes of every answer: a line's end, a prompt
  bool echoes = false;                                ///< an answer holds its request: a late one is told by that
  Duration timeout = std::chrono::milliseconds(300);  ///< of an answer
};

/// Safe to call from several threads. Connects at the first request, and again after a failure.
class TextProtocol {
 public:
  TextProtocol(std::unique_ptr<ByteStream> stream, TextManner manner);
  ~TextProtocol();
  TextProtocol(const TextProtocol&) = delete;
  TextProtocol& operator=(const TextProtocol&) = delete;

  /// Sends what switches something, with its own line end, and returns the answer without `ends`. It leaves once, and
  /// not at all after `not_after`, which is looked at right before the bytes go. After an Error it may still arrive.
  Result<std::string> command(std::string_view request, BootTime not_after);

  /// As command(), for what switches nothing.
  Result<std::string> query(std::string_view request);

  /// How long from now a command that failed may still act: a Relay's unsettled(). A board that is frozen acts on what
  /// it has when it is thawed, so that it is not settled before it has answered something since.
  Duration unsettled() const;

  /// For people.
  std::string identity() const;

  /// A Relay's shape, with the times that follow from these. `in_flight`: longest_tcp_in_flight(), or none on a line.
  static RelayShape shape(int channels, const TextManner& manner, Duration in_flight = {});

 private:
  struct Request {
    std::string_view text;
    BootTime not_after;
    bool switches, waits;
  };
  Result<std::string> ask(const Request& request);
  Result<void> make_ready(BootTime until);
  Result<std::string> listen(const Request& request, BootTime until);
  void let_pass(BootTime until);
  Error lost(const Request& request, Error error);

  mutable std::mutex mutex_;
  const std::unique_ptr<ByteStream> stream_;
  const TextManner manner_;
  BootTime asked_{};       ///< when the last request was written
  BootTime late_{};        ///< until then the answer to a request that was given up may come
  BootTime settled_at_{};  ///< until then a command that was given up may act
  bool unheard_ = false;   ///< the board has answered nothing since it did not answer one
};

}  // namespace gatepost::hal
