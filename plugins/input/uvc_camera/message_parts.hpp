// One message in several symbols (structured append: ISO/IEC 18004 8, 16022 5.6, 24778, PDF417's macro): no part of it
// may count for the whole.
#pragma once

#include <gatepost/time.hpp>
#include <optional>
#include <vector>

#include "decoder.hpp"

namespace camera {

/// Of one stream. Remembers a bounded number of messages.
class MessageParts {
 public:
  /// The whole message, by its last part, where that is the last one that was missing.
  std::optional<Code> add(const Code& part, gatepost::MonotonicTime at);

  /// What has been waited for long enough: a part of each message whose others were not seen.
  std::vector<Code> incomplete(gatepost::MonotonicTime now);

 private:
  struct Message {
    std::vector<Code> parts;
    gatepost::MonotonicTime last{};  ///< when one came that was not known
    bool is_over = false;            ///< it was given, or told of
    bool was_whole = false;          ///< what is seen of it again may be what is still held there
  };
  std::vector<Message> messages_;
};

/// "part 1 of 2"
std::string part_of(const Code& code);

}  // namespace camera
