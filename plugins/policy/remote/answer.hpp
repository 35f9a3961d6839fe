// What the authority says of one attempt.
#pragma once

#include <gatepost/policy.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace remote {

struct Answer {
  gatepost::Decision decision{};
  std::optional<gatepost::Duration> good_for{};  ///< how long it may be used again; nothing: it did not say
};

/// Of a body in JSON, hostile; an Error where it is no answer.
gatepost::Result<Answer> answer_of(std::string_view body);

/// "10min", "90s", "2h", "1d", "500ms".
std::optional<gatepost::Duration> length_of(std::string_view text);

}  // namespace remote
