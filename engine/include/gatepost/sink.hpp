// Where Records go: a store, a cloud, a broker.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>

namespace gatepost {

/// How far a Sink got with a batch.
struct Delivery {
  std::size_t taken = 0;         ///< this many from the front are safe where they went
  std::optional<Error> error{};  ///< why it stopped before the end
  bool refused = false;          ///< the Record after them will never be taken (bad for good), not only not now
  bool unreachable = false;      ///< nobody was there at all: `reachable` is asked until somebody is
  Duration retry_after{};        ///< the other side asked not to be tried sooner; the engine holds to it for 15 min
};

/// Attempts of one lane and outcome in the hour, day (24 h), week (7 d) and month (30 d) that end now.
struct Count {
  std::string lane;
  Outcome outcome;
  std::array<std::uint64_t, 4> scans;
};

/// Called from one thread. May block; the engine's gates never wait for it.
class Sink {
 public:
  virtual ~Sink() = default;

  /// Takes Records in order. Any of them may come a second time after a crash: (site, epoch, sequence) tells.
  /// Returns within 1 s once `stop` is asked for.
  virtual Delivery deliver(std::span<const Record> batch, std::stop_token stop) = 0;

  /// After a Delivery that said `unreachable`, asked about every two seconds till it says yes: then the Records come
  /// again at once. Must be cheap for both sides (open a connection, send nothing) and return within 1 s. No: wait on.
  virtual bool reachable(const std::stop_token& stop) {
    static_cast<void>(stop);
    return false;
  }

  /// The counts of the site's checkpoint, exact to the Record. Sinks that keep none say so.
  virtual Result<std::vector<Count>> counts(WallTime now) {
    static_cast<void>(now);
    return Error{"this output keeps no counts", {}, "add an output of plugin local_store"};
  }
};

}  // namespace gatepost
