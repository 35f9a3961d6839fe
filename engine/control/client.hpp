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

namespace gatepost::control {

/// One connection; used by one thread.
class Client {
 public:
  /// To the engine that keeps the Records of `journal`; an Error with a remedy where none runs.
  static Result<Client> connect(const std::filesystem::path& journal);

  /// Sends a request and takes its one answer. An answer that says "ok": false is that Error.
  Result<boost::json::object> ask(const boost::json::object& request, Duration patience = std::chrono::seconds(10));

  /// For verbs that answer in many lines: send, then next till it returns nothing, which is when the engine ends.
  Result<void> send(const boost::json::object& request);
  /// Waits for the next line; no patience is for ever.
  Result<std::optional<boost::json::object>> next(std::optional<Duration> patience = {});

  /// Sleeps for `time`, or till the engine has something to say or has ended: then true.
  bool wait(Duration time) const;

 private:
  Client(FileDescriptor descriptor, std::filesystem::path journal)
      : descriptor_(std::move(descriptor)), journal_(std::move(journal)) {}
  Result<bool> read_more(std::optional<Duration> patience);

  FileDescriptor descriptor_;
  std::filesystem::path journal_;
  std::string heard_;
};

}  // namespace gatepost::control
