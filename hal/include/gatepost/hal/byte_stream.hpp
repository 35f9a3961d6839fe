// A connection that bytes go over, as the drivers of relay boards see it: a TCP connection, a serial line, or a model
// of one in a simulation. The drivers know no other I/O and no other clock, so that their real logic runs in virtual
// time.
#pragma once

#include <cstddef>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <span>
#include <string>

namespace gatepost::hal {

/// Used by one thread at a time. After an Error it is not connected any more.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  virtual BootTime now() const = 0;
  virtual void wait_until(BootTime time) = 0;

  /// Connects, by `until` at the latest; does nothing where it is connected.
  virtual Result<void> connect(BootTime until) = 0;

  /// Throws away what has come and was not read. An Error: the other end has hung up, and since nothing was asked of it
  /// yet, connecting anew loses nothing.
  virtual Result<void> flush() = 0;

  /// All of it. After an Error some of it may be on its way.
  virtual Result<void> write(std::span<const std::byte> bytes, BootTime until) = 0;

  /// What is there, at least one byte; 0: nothing came by `until`.
  virtual Result<std::size_t> read(std::span<std::byte> into, BootTime until) = 0;

  /// Ends the connection so that nothing of what was written leaves any more; merely closed, the kernel would send it
  /// again and again. Returns how long what had left before may still arrive.
  virtual Duration reset() = 0;

  /// Ends a connection that nothing is asked on.
  virtual void close() = 0;

  /// The most that reset() returns.
  virtual Duration longest_in_flight() const = 0;

  /// For people.
  virtual std::string identity() const = 0;
};

}  // namespace gatepost::hal
