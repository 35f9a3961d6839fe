// What the authority is asked.
#pragma once

#include <gatepost/policy.hpp>
#include <string>
#include <vector>

namespace remote {

struct Request {
  std::string body;  ///< JSON
  std::string key;   ///< of attempts that the authority cannot tell apart but by their time; no personal value in it
};

/// `told`: the subject as the authority is told it. `attributes`: those of the credential's that it is told.
Request request_of(const gatepost::Attempt& attempt, const std::string& told,
                   const std::vector<std::string>& attributes);

}  // namespace remote
