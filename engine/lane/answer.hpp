// What came of one scan, and who is told.
#pragma once

#include <gatepost/credential.hpp>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lane/asker.hpp"

namespace gatepost::lane {

struct Verdict {
  Outcome outcome = Outcome::deny;
  std::string reason{};  ///< one code; Phrases has its text
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
  MonotonicTime commanded{};   ///< the actuator was called
  MonotonicTime released{};    ///< the actuator had the command
};

/// One scan's whole way.
struct Answer {
  std::string_view lane{};
  std::string device{};
  Direction direction = Direction::in;
  WallTime wall{};
  std::string symbology{};
  std::optional<Credential> credential{};
  Verdict verdict{};
  bool repeated = false;           ///< the same attempt as before: no Record, no command
  RecordId record{};               ///< sequence 0: there is none
  std::optional<Error> trouble{};  ///< what kept the Record or the gate from its work
  Trace trace{};
  std::shared_ptr<Asker> asker{};  ///< null: nobody waits for the answer
};

/// Is told what happens at a running site. Called from the threads of lanes and devices, several at a time; must not
/// block.
class Observer {
 public:
  virtual ~Observer() = default;
  /// The verdict of a scan, after the actuator had its command.
  virtual void answered(const Answer& answer) = 0;
  /// A Record that is not an attempt: a passage, a device, an alarm, a change.
  virtual void recorded(const Record& record) = 0;
};

}  // namespace gatepost::lane
