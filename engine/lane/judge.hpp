// From a Reading to a Credential, and from a Credential to a Verdict.
#pragma once

#include <gatepost/credential.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "lane/answer.hpp"
#include "lane/rule.hpp"
#include "lane/vigil.hpp"

namespace gatepost::lane {

struct NamedFormat {
  std::string name;
  std::shared_ptr<const CredentialFormat> format;
};

enum class Asked { format, policy };

/// Is told how those behave that are asked about a scan.
class Witness {
 public:
  /// It has not answered within its time. From the vigil's thread, while the one that asked is still held: whatever
  /// that one comes back with afterwards counts no more.
  virtual void hangs(Asked what, const std::string& name) = 0;
  virtual void failed(Asked what, const std::string& name, const Error& error) = 0;
  virtual void answered(Asked what, const std::string& name) = 0;

 protected:
  ~Witness() = default;
};

/// What holds for everyone who is asked about one scan.
struct Terms {
  Duration timeout;  ///< of each
  bool fail_open;    ///< where one fails, grant
  const Clock& clock;
  Vigil& vigil;
  Witness& witness;

  /// The verdict where one that was asked has failed.
  Verdict failed(std::string reason, std::string note) const;
};

/// What a Reading turned out to be: a Credential, or the verdict where there is none.
struct Identified {
  std::optional<Credential> credential{};
  Verdict verdict{};  ///< "damaged", "unknown_code", "not_genuine" or "format_failed"
};

/// Offers the Reading to each format in turn; the first that knows it decides. A damaged Reading is offered to none.
Identified identify(const Reading& reading, std::span<const NamedFormat> formats, const Terms& terms);

/// Asks the rules in turn until one denies, and gathers the facts of all that were asked. No rule at all is a deny.
/// An Error, or an answer that comes too late, is a deny, or a grant where the terms fail open.
Verdict judge(const Attempt& attempt, std::span<const std::shared_ptr<const Rule>> rules, const Terms& terms);

}  // namespace gatepost::lane
