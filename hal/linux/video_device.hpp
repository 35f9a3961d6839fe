// A capture device of V4L2 with memory that it shares with us: kernel.org, Linux Media Infrastructure, userspace API,
// "Streaming I/O (Memory Mapping)".
#pragma once

#include <cstddef>
#include <filesystem>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "linux/video_disconnect.hpp"
#include "linux/video_frame.hpp"
#include "linux/video_mode.hpp"

namespace gatepost::hal {

class VideoDevice {
 public:
  /// An Error where it is not there, not a camera of one plane that streams, or not ours to open.
  static Result<std::unique_ptr<VideoDevice>> open(const std::filesystem::path& file);
  ~VideoDevice();
  VideoDevice(const VideoDevice&) = delete;
  VideoDevice& operator=(const VideoDevice&) = delete;

  int descriptor() const { return descriptor_.number(); }
  const std::string& where() const { return where_; }
  /// Its own word for itself.
  const std::string& card() const { return card_; }

  /// What it lists; bounded, however much that is. Where it lists a range, the nearest to what is wished within it.
  std::vector<VideoMode> modes(const VideoWish& wish) const;

  /// Settles on a mode; drivers may change what they were asked for, so `mode` is what it became.
  Result<VideoLayout> settle(VideoMode& mode);

  /// Shares buffers and has them filled.
  Result<void> start();
  std::size_t buffers() const { return buffers_.size(); }

  struct Filled {
    unsigned index = 0;
    std::span<const std::byte> bytes{};  ///< the driver's memory, until it is given back
    MonotonicTime at{};
    bool wrong = false;  ///< as the driver says
  };
  /// The next filled buffer, if there is one; it is ours until it is given back.
  Result<std::optional<Filled>> take();
  Result<void> give_back(const Filled& filled);

  /// Whether the source has told that its pictures are of another size now.
  bool changed();

 private:
  struct Shared {
    std::byte* memory = nullptr;
    std::size_t size = 0;
  };

  VideoDevice(FileDescriptor descriptor, std::string where)
      : descriptor_(std::move(descriptor)), farewell_(descriptor_.number()), where_(std::move(where)) {}
  Result<void> identify();
  Result<void> share(unsigned index);
  Error refused(const std::string& what, int number) const;

  const FileDescriptor descriptor_;
  const VideoDisconnect farewell_;
  const std::string where_;
  std::string card_;
  std::vector<Shared> buffers_;
};

}  // namespace gatepost::hal
