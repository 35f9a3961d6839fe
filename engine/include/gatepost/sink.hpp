// Where Records go: a store, a cloud, a broker.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
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
  std::size_t taken = 0;         ///< this many from the front are safe where they went, or, if `unconfirmed`, sent
  std::optional<Error> error{};  ///< why it stopped before the end
  bool refused = false;          ///< the Record after them will never be taken (bad for good), not only not now
  bool unreachable = false;      ///< nobody was there at all: `reachable` is asked until somebody is
  Duration retry_after{};        ///< the other side asked not to be tried sooner; the engine holds to it for 15 min
  /// Those taken are sent, and the other side has not said yet that it keeps them: SinkHost::acknowledge() is to
  /// follow.
  bool unconfirmed = false;
};

/// What a Sink may tell the engine at any time, from any thread, also after it was taken out. It waits for nothing.
class SinkHost {
 public:
  virtual ~SinkHost() = default;

  /// The other side keeps all that it was sent of this epoch up to this Record. Only then the output's place moves past
  /// what was `unconfirmed`. A dead letter that is sent again stands for itself: it is acknowledged by its own id.
  virtual void acknowledge(const RecordId& up_to) = 0;
};

/// Attempts of one lane and outcome in the hour, day (24 h), week (7 d) and month (30 d) that end now.
struct Count {
  std::string lane;
  Outcome outcome;
  std::array<std::uint64_t, 4> scans;
};

/// The newest Record that is safe where a Sink's Records went: `hash` is Record::hash.
struct Held {
  RecordId id{};
  std::array<std::byte, 32> hash{};
};

/// Called from one thread. May block; the engine's gates never wait for it.
class Sink {
 public:
  virtual ~Sink() = default;

  /// Takes Records in order. Any of them may come a second time after a crash: (site, epoch, sequence) tells.
  /// Returns within 1 s once `stop` is asked for. What is not confirmed comes again, with all after it: after an Error,
  /// a restart, and a minute in which nothing was acknowledged. At most 1,024 Records are on their way; then it waits.
  virtual Delivery deliver(std::span<const Record> batch, std::stop_token stop) = 0;

  /// After a Delivery that said `unreachable`, asked about every two seconds till it says yes: then the Records come
  /// again at once. Must be cheap for both sides (open a connection, send nothing) and return within 1 s. No: wait on.
  virtual bool reachable(const std::stop_token& stop) {
    static_cast<void>(stop);
    return false;
  }

  /// The newest of this site's Records that it holds; none: it holds none, or cannot tell. Asked before the first
  /// Delivery of a run: a journal that does not have that Record was put back from a copy, which nothing else may
  /// show. Returns within 1 s once `stop` is asked for. After an Error it is asked again, and nothing is delivered.
  virtual Result<std::optional<Held>> newest(std::uint64_t site, const std::stop_token& stop) {
    static_cast<void>(site);
    static_cast<void>(stop);
    return std::optional<Held>();
  }

  /// The counts of the site's checkpoint, exact to the Record. Sinks that keep none say so.
  virtual Result<std::vector<Count>> counts(WallTime now) {
    static_cast<void>(now);
    return Error{"this output keeps no counts", {}, "add an output of plugin local_store"};
  }

  /// Before anything else is asked of it, for Sinks whose other side confirms later.
  virtual void begin(std::shared_ptr<SinkHost> host) { static_cast<void>(host); }  // NOLINT
};

}  // namespace gatepost
