// When a camera whose cable was drawn may be closed.
#pragma once

#include <filesystem>
#include <gatepost/time.hpp>

namespace gatepost::hal {

/// The media device that the kernel has beside a camera's device file. While uvcvideo lets a camera go that was drawn
/// it takes its parts from there, and as late as Linux 6.1 a close() in that moment makes both of them take the same
/// part: the kernel oopses, and the process is gone. So whoever hears that its camera is gone waits for this first.
class VideoDisconnect {
 public:
  /// Of an open camera. Where there is no media device there is nothing to wait for.
  explicit VideoDisconnect(int descriptor);

  /// Returns when the kernel is through with it, and after `patience` at the latest.
  void wait(Duration patience) const;

 private:
  std::filesystem::path media_;  ///< in /sys
};

}  // namespace gatepost::hal
