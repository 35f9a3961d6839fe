// Asks a running engine.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <optional>
#include <string>
#include <utility>

namespace gatepost::api {

/// Where a running engine listens: JOURNAL.control
std::filesystem::path socket_of(const std::filesystem::path& journal);

/// One connection; used by one thread.
class Client {
 public:
  /// To the engine that keeps the Records of `journal`; an Error with a remedy where none runs.
  static Result<Client> connect(const std::filesystem::path& journal);
  /// To an engine by its socket.
  static Result<Client> connect_to(const std::filesystem::path& socket);

  /// Sends a request and takes its one answer. An answer that says "ok": false is that Error.
  Result<boost::json::object> ask(const boost::json::object& request, Duration patience = std::chrono::seconds(10));

  /// For verbs that answer in many lines: send, then next till it returns nothing, which is when the engine ends.
  Result<void> send(const boost::json::object& request);
  /// Waits for the next line; no patience is for ever.
  Result<std::optional<boost::json::object>> next(std::optional<Duration> patience = {});

  /// Sleeps for `time`, or till the engine has something to say or has ended: then true.
  bool wait(Duration time) const;

  /// Whether the engine can be asked again: not after one that did not answer, or has left.
  bool is_good() const { return !lost_; }
  /// From any thread: whoever waits for an answer gets none.
  void hang_up() const;

 private:
  Client(FileDescriptor descriptor, std::filesystem::path socket)
      : descriptor_(std::move(descriptor)), socket_(std::move(socket)) {}
  Result<bool> read_more(std::optional<Duration> patience);

  FileDescriptor descriptor_;
  std::filesystem::path socket_;
  std::string heard_;
  bool lost_ = false;
};

}  // namespace gatepost::api
