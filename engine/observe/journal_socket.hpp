// The datagram socket on which systemd's journal takes entries: systemd.io/JOURNAL_NATIVE_PROTOCOL.
#pragma once

#include <filesystem>
#include <string_view>

namespace gatepost::observe {

class JournalSocket {
 public:
  explicit JournalSocket(std::filesystem::path path);
  ~JournalSocket();
  JournalSocket(const JournalSocket&) = delete;
  JournalSocket& operator=(const JournalSocket&) = delete;

  /// One entry, as one datagram. Waits up to 1 s for a journal that is behind; false when it could not be sent. The
  /// journal may be started anew in between.
  bool send(std::string_view fields) const;

 private:
  const std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace gatepost::observe
