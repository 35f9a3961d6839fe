// What came of one scan, and when it was where.
#pragma once

#include <gatepost/credential.hpp>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <optional>
#include <string>

namespace gatepost::core {

struct Verdict {
  Outcome outcome = Outcome::deny;
  std::string reason{};  ///< one code; the message catalogue has its text
  std::string note{};    ///< for this scan alone: "same card, 0.8 s ago", what a plugin's Error said
  std::map<std::string, std::string> facts{};  ///< shown, not recorded
};

/// When one scan was where. Zero: it did not get there.
struct Trace {
  MonotonicTime seen{};        ///< the kernel had the last byte
  MonotonicTime offered{};     ///< the Input had framed it and the lane had it in its queue
  MonotonicTime taken{};       ///< the lane began
  MonotonicTime identified{};  ///< it was a Credential, or none
  MonotonicTime decided{};     ///< the verdict stood
  MonotonicTime recorded{};    ///< the Record was synced
  MonotonicTime commanded{};   ///< the gate was told
  MonotonicTime released{};    ///< the actuator had the command
};

/// One scan's whole way. A grant here means that the actuator took the command, or that the gate stands open.
struct Answer {
  std::string lane{};
  std::string device{};
  Direction direction = Direction::in;
  std::string zone{};  ///< the part of the site that the lane leads into
  WallTime wall{};
  std::string symbology{};
  std::optional<Credential> credential{};
  Verdict verdict{};
  bool repeated = false;           ///< the same attempt as before: no Record, no command
  RecordId record{};               ///< sequence 0: there is none
  std::optional<Error> trouble{};  ///< what kept the Record or the gate from its work
  Trace trace{};
};

}  // namespace gatepost::core
