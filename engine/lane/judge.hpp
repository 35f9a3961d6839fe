// From a Reading to a Credential, and from a Credential to a Verdict.
#pragma once

#include <gatepost/credential.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "lane/answer.hpp"
#include "lane/rule.hpp"

namespace gatepost::lane {

struct NamedFormat {
  std::string name;
  std::shared_ptr<const CredentialFormat> format;
};

/// What a Reading turned out to be: a Credential, or the reason why there is none.
struct Identified {
  std::optional<Credential> credential;
  std::string reason;  ///< "damaged", "unknown_code" or "not_genuine" when there is none
  std::string note;
};

/// Offers the Reading to each format in turn; the first that knows it decides. A damaged Reading is offered to none.
Identified identify(const Reading& reading, std::span<const NamedFormat> formats);

/// Asks the rules in turn until one denies, and gathers the facts of all that were asked. No rule at all is a deny.
/// An Error, or an answer later than `timeout`, is a deny, or where `fail_open` is set a grant with that reason.
Verdict judge(const Attempt& attempt, std::span<const std::shared_ptr<const Rule>> rules, Duration timeout,
              bool fail_open, const Clock& clock);

}  // namespace gatepost::lane
