// When the receiver has taken a message: as the site says, since receivers differ.
#pragma once

#include <gatepost/result.hpp>
#include <string>
#include <vector>

namespace webhook {

struct SuccessSettings {
  std::vector<std::string> status{"2xx"};
  std::string path;   ///< a JSON Pointer (RFC 6901) into the answer; empty: its body is not looked at
  std::string value;  ///< what stands there; empty: anything but null and false
};

class Success {
 public:
  /// An Error where a status or the path is none.
  static gatepost::Result<Success> from(SuccessSettings settings);

  /// Nothing: the message is taken. Else why it is not, for people; a status that is no success is told by its number
  /// alone.
  gatepost::Result<void> of(long status, const std::string& body) const;
  bool names(long status) const;

 private:
  struct Range {
    long first, last;
  };
  std::vector<Range> ranges_;
  SuccessSettings settings_;
};

}  // namespace webhook
