// An alarm for a list that nobody has renewed for too long. It is right as it stands, and the world has gone on.
#pragma once

#include <atomic>
#include <filesystem>
#include <gatepost/host.hpp>
#include <memory>
#include <string>

namespace gatepost::support {

/// Safe from any thread. The file's own time of change counts, also where a copy of it is in use.
class ListAge {
 public:
  /// `alarm`: a name of [a-z_] that no other alarm of the object has. `old_after` zero: never old.
  ListAge(std::shared_ptr<Host> host, std::string alarm, std::filesystem::path file, Duration old_after);

  /// To be told each time the file is read.
  void was_read();
  /// To be asked each time somebody is judged by it: begins and ends the alarm. Costs a comparison.
  void look() const;

 private:
  const std::shared_ptr<Host> host_;
  const std::string alarm_;
  const std::filesystem::path file_;
  const Duration old_after_;
  std::atomic<Duration::rep> changed_{0};  ///< ns since 1970
  mutable std::atomic<bool> is_old_{false};
};

}  // namespace gatepost::support
