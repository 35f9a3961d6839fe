// The datagram socket on which systemd's journal takes entries: systemd.io/JOURNAL_NATIVE_PROTOCOL.
#pragma once

#include <filesystem>
#include <gatepost/file_descriptor.hpp>
#include <string_view>

namespace gatepost::observe {

class JournalSocket {
 public:
  explicit JournalSocket(std::filesystem::path path);

  /// One entry, as one datagram. Waits up to 1 s for a journal that is behind; false when it could not be sent. The
  /// journal may be started anew in between.
  bool send(std::string_view fields) const;

 private:
  const std::filesystem::path path_;
  const FileDescriptor descriptor_;
};

}  // namespace gatepost::observe
