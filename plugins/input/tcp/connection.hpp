// One connection to one scanner.
#pragma once

#include <gatepost/framer.hpp>
#include <string>
#include <vector>

#include "rests.hpp"
#include "socket.hpp"
#include "telnet.hpp"

namespace tcp {

/// What is sent back to the scanner; empty: nothing.
struct Answers {
  std::string good, damaged;
};

/// A connection with its own framer: the bytes of two scanners never meet.
class Connection {
 public:
  Connection(FileDescriptor socket, IpAddress peer, const gatepost::FrameRules& rules,
             gatepost::Framer::Ignores ignores, gatepost::MonotonicTime now)
      : socket_(std::move(socket)),
        peer_(std::move(peer)),
        rules_(rules),
        framer_(rules, std::move(ignores)),
        last_(now) {}

  int descriptor() const { return socket_.number(); }
  const IpAddress& peer() const { return peer_; }
  bool open() const { return end_.empty(); }
  /// Why it is no longer open.
  const std::string& end() const { return end_; }
  gatepost::MonotonicTime last_heard() const { return last_; }
  /// When silence will mean something; max: it would not.
  gatepost::MonotonicTime due() const;

  /// What comes at once may be the rest of a scan, or one from long ago that a converter has kept; of_a_scan: what
  /// comes first, whenever that is.
  void joins_midway(Rest rest) { framer_.joined(last_, rest == Rest::of_a_scan); }

  /// Of one that is over: what may come on the next one of this scanner.
  Rest rest() const { return rest_; }
  bool in_scan() const { return framer_.in_frame(); }

  /// Reads once, at most 4 KiB. Whoever went away in the middle of a scan leaves a damaged Reading.
  void read(gatepost::MonotonicTime now, std::vector<gatepost::Reading>& out);
  /// Nothing was there to read at `asked` or later.
  void tick(gatepost::MonotonicTime asked, std::vector<gatepost::Reading>& out);

  /// Reads what the kernel has of it already, 64 KiB at most: whoever is hung up on has sent that.
  void read_the_rest(gatepost::MonotonicTime now, std::vector<gatepost::Reading>& out);

  /// It is over, unless it was already.
  void drop(const std::string& why, std::vector<gatepost::Reading>& out);

  /// Never waits: a scanner that does not take its answers is hung up on.
  void answer(const std::string& bytes);

 private:
  bool read_once(gatepost::MonotonicTime now, std::vector<gatepost::Reading>& out);
  void closed(std::vector<gatepost::Reading>& out);
  void name_peer(std::vector<gatepost::Reading>& out, std::size_t from) const;

  FileDescriptor socket_;
  IpAddress peer_;
  gatepost::FrameRules rules_;
  gatepost::Framer framer_;
  Telnet telnet_;
  gatepost::MonotonicTime last_;
  std::string end_;
  bool over_ = false;
  Rest rest_ = Rest::none;
};

}  // namespace tcp
