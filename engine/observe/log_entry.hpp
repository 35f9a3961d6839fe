// One thing that happened, and how it is written: as logfmt, or as the fields of systemd's journal.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatepost::observe {

struct LogEntry {
  std::string event;  ///< one word: "device_down"
  /// Keys of a-z and _. Values are for people and programs; never a payload or a subject.
  std::vector<std::pair<std::string, std::string>> fields{};
};

/// event=device_down lane=entry error="no such device": a value is quoted where it must be, cut after 400 characters,
/// and free of controls.
std::string to_logfmt(const LogEntry& entry);

/// MESSAGE=…, GATEPOST_EVENT=…, GATEPOST_LANE=…, a line each: systemd.io/JOURNAL_NATIVE_PROTOCOL. No value holds a line
/// end, so none needs the protocol's form with a length.
std::string to_journal_fields(const LogEntry& entry);

}  // namespace gatepost::observe
