// One event device of the kernel, held by this process alone.
#pragma once

#include <filesystem>
#include <gatepost/file_descriptor.hpp>

#include "linux/key_stream.hpp"

namespace gatepost::hal {

/// Whether keys of letters are on it; an Error where it cannot be opened.
Result<bool> has_letters(const std::filesystem::path& file);

class EventDevice {
 public:
  /// Opens and grabs it. What was typed before is dropped. Caps Lock's light is put out, so that a scanner that looks
  /// at it types as it is meant to.
  static Result<std::unique_ptr<EventDevice>> open(const std::filesystem::path& file,
                                                   const std::shared_ptr<const KeyMap>& map);

  /// Reads what is there, without waiting. Error: it is gone.
  Result<void> pull();

  /// What was typed, in order.
  Typed next() { return stream_.next(); }

  /// What the kernel gave since the last call, added to `all`; of too many the newest.
  void take_events(std::vector<KeyEvent>& all);

  int descriptor() const { return descriptor_.number(); }
  const std::filesystem::path& file() const { return file_; }

 private:
  EventDevice(FileDescriptor descriptor, std::filesystem::path file, KeyText text);
  void keep(std::span<const input_event> events);
  Result<KeyState> state() const;
  void light(bool caps_lock);
  Error gone(int code) const;

  FileDescriptor descriptor_;
  std::filesystem::path file_;
  KeyStream stream_;
  std::deque<KeyEvent> events_;
  bool lit_ = false;
};

}  // namespace gatepost::hal
