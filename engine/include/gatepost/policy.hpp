// Who may pass when.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <gatepost/credential.hpp>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>

namespace gatepost {

/// Somebody showed a Credential at a Lane. The references live as long as the call they are passed to.
struct Attempt {
  const Credential& credential;
  const Reading& reading;
  std::string_view lane;
  Direction direction;
  MonotonicTime at;
  WallTime wall;
  bool wall_is_known = true;  ///< false: nobody has told this machine the time, and `wall` counts from somewhere
};

struct Decision {
  Outcome outcome = Outcome::deny;
  std::string reason{};  ///< one code, [a-z_]+; its texts stand in the plugin's descriptor; empty with a plain grant
  std::map<std::string, std::string>
      facts{};  ///< shown with the verdict and not recorded: a name, the rule that applies
};

/// One rule. Its state is only what learn() made of the Records, so that the engine can rebuild it from the journal.
class Policy {
 public:
  virtual ~Policy() = default;

  /// Called from any lane's thread, several at a time. An Error is a deny with the reason "policy_failed".
  virtual Result<Decision> decide(const Attempt& attempt) const = 0;

  /// Told each Record in order, those of earlier runs first. Never called while decide() runs on another thread.
  virtual void learn(const Record& record) { static_cast<void>(record); }

  /// Whether learn() is written. The plugin macro answers this; a policy that does not learn costs no reading at start.
  virtual bool learns() const { return true; }
};

}  // namespace gatepost
