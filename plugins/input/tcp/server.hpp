// All the connections of one tcp device, on one thread.
#pragma once

#include <gatepost/host.hpp>
#include <gatepost/input.hpp>
#include <vector>

#include "connection.hpp"

namespace tcp {

/// What every connection of the device is held to.
struct Terms {
  std::vector<Network> allowed;  ///< empty: this machine alone
  std::size_t max_lines = 8;
  Keepalive keepalive{};
  gatepost::FrameRules rules{};
  Answers answers{};
};

/// Holds at most max_lines connections and of each at most one frame, and 64 callers that wait for a place.
class Server {
 public:
  /// All five outlive it. `alarms` is told of who finds no place; `bell` rings when a stop is asked for; `rests`: of
  /// connections before.
  Server(const Terms& terms, gatepost::InputHost& host, gatepost::Host& alarms, const FileDescriptor& bell,
         Rests& rests)
      : terms_(terms), host_(host), alarms_(alarms), bell_(bell), rests_(rests) {}
  ~Server() { end_alarm(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Lets scanners in until a stop is asked for; their coming and going ends nothing.
  gatepost::Result<void> listen(const Endpoint& place, const std::stop_token& stop);

  /// Calls one scanner and reads until it is gone, which is an Error, or a stop is asked for.
  gatepost::Result<void> call(const Endpoint& place, gatepost::Duration patience, const std::stop_token& stop);

 private:
  void wait();
  void read_lines();
  void sweep();
  void let_in();
  struct Caller {
    FileDescriptor socket;
    IpAddress peer;
  };
  void answer(Caller caller);
  void let_waiting_in();
  void admit(Caller caller);
  void add(FileDescriptor socket, IpAddress peer);
  bool make_room(const IpAddress& peer);
  Connection* who_gives_way(const IpAddress& peer);
  gatepost::Duration silent_after() const;
  void refuse(const Caller& caller, const std::string& why);
  void end_alarm();
  void hand_over(Connection& line);

  const Terms& terms_;
  gatepost::InputHost& host_;
  gatepost::Host& alarms_;
  const FileDescriptor& bell_;
  Rests& rests_;
  FileDescriptor listener_;
  gatepost::MonotonicTime now_{};
  gatepost::MonotonicTime asked_{};       ///< before the kernel was asked what there is to read
  gatepost::MonotonicTime deaf_until_{};  ///< after a failed accept
  std::vector<Connection> lines_;
  std::vector<Caller> waiting_;  ///< all places are taken, by some who have just spoken
  bool alarmed_ = false;
  std::vector<bool> ready_;  ///< of each line: there is something to read
  bool caller_waits_ = false;
  std::vector<gatepost::Reading> readings_;
  std::string last_end_;  ///< why the last connection ended
};

}  // namespace tcp
