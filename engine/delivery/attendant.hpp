// Sits with the couriers of a site: tells them when the network has changed, and looks whether one of them hangs.
#pragma once

#include <gatepost/file_descriptor.hpp>
#include <gatepost/time.hpp>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "delivery/network.hpp"

namespace gatepost::delivery {

class Courier;

/// Its thread hears of the network as the thread does that makes it. Couriers come and go while it works.
class Attendant {
 public:
  struct Pace {
    Duration gather = std::chrono::seconds(1);  ///< a link that comes up is many messages: one kick first, one after
    Duration look = std::chrono::minutes(1);    ///< between looks for a courier that hangs
  };
  Attendant() : Attendant(Pace{}) {}
  explicit Attendant(Pace pace);
  ~Attendant();
  Attendant(const Attendant&) = delete;
  Attendant& operator=(const Attendant&) = delete;

  /// Called by the Courier itself.
  void joins(Courier& courier);
  void leaves(Courier& courier);

  /// Why changes of the network are not heard, where they are not.
  std::optional<Error> deaf() const;

 private:
  enum class Ear { open, shut };  ///< whether a change of the network ends a wait

  void work(const std::stop_token& stop);
  bool wait(Duration length, Ear ear) const;
  void kick_all();
  void look_at_all();

  const Pace pace_;
  const Result<NetworkEvents> events_;
  const FileDescriptor wake_;
  std::mutex mutex_;
  std::vector<Courier*> couriers_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::delivery
