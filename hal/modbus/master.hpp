// The master of a Modbus connection: one request and its answer at a time, over whatever bytes go.
#pragma once

#include <gatepost/hal/byte_stream.hpp>
#include <gatepost/hal/relay.hpp>
#include <memory>
#include <string>

#include "modbus/frame.hpp"

namespace gatepost::hal::modbus {

enum class Framing : std::uint8_t { tcp, rtu };

/// How often a request may go out.
struct Sending {
  BootTime not_after = BootTime::max();  ///< not at all after that; and its answer counts until then
  bool again = false;                    ///< once more where the answer was lost or the refusal passes
  bool opens = false;                    ///< something, so that what is left of it matters
};

/// Used by one thread at a time. Connects at the first request, and again after a failure. A connection that owes an
/// answer is reset, so that neither a late answer nor a late request comes out of it.
class Master {
 public:
  /// `where`: for people. `timeout`: of an answer. `pause`: between two frames.
  Master(std::unique_ptr<ByteStream> stream, Framing framing, std::string where, Duration timeout, Duration pause);
  ~Master();
  Master(const Master&) = delete;
  Master& operator=(const Master&) = delete;

  /// The bit that was read. An Error names what happened, after failing_within() at the latest.
  Result<bool> ask(const Request& request, const Sending& sending);

  /// On a line a late answer is let pass before the next request that it could be taken for.
  static Duration failing_within(Framing framing, Duration timeout) {
    return (framing == Framing::tcp ? 2 : 3) * timeout;
  }

  /// How long from now something of what opens and failed may still act. A board that is frozen acts on what it has
  /// when it is thawed, so that it is not settled before it has answered something since.
  Duration unsettled() const;

 private:
  struct Outcome {
    Result<bool> bit;
    bool passes = false;  ///< the same may succeed a moment later
  };
  Outcome attempt(const Request& request, BootTime not_after, BootTime end);
  Result<void> make_ready(BootTime until);
  Outcome listen(const Request& request, std::uint16_t transaction, BootTime until, bool until_deadline);
  Outcome lost(Error error);
  Outcome heard(bool bit);
  Outcome refused(std::uint8_t exception);
  void let_pass(BootTime until);
  Error at_board(Error error) const;

  const std::unique_ptr<ByteStream> stream_;
  const Framing framing_;
  const std::string where_;
  const Duration timeout_, pause_;
  std::string came_;  ///< and is not taken yet
  std::uint16_t transaction_ = 0;
  BootTime free_at_{};     ///< when the next frame may begin
  BootTime asked_{};       ///< when the last request was written
  BootTime late_{};        ///< until then the answer to a request that was given up may come
  BootTime settled_at_{};  ///< until then what opens and was given up may act
  bool opening_ = false;   ///< the request that is under way
  bool unheard_ = false;   ///< the board has answered nothing since it did not answer one
};

}  // namespace gatepost::hal::modbus
