// Who may pass when.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include <gatepost/credential.hpp>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>

namespace gatepost {

/// A grant that a policy decided a moment ago and whose Record it has not learned yet, at whatever lane.
struct Reservation {
  std::string lane{};
  Direction direction = Direction::in;
  std::string scheme{};
  std::string subject_key{};  ///< as Attempt has it
  MonotonicTime at{};         ///< when the device saw the code
  WallTime wall{};
  std::string zone{};  ///< as Attempt has it
};

/// Somebody showed a Credential at a Lane. The references live as long as the call they are passed to.
struct Attempt {
  const Credential& credential;
  const Reading& reading;
  std::string_view lane;
  Direction direction;
  MonotonicTime at;
  WallTime wall;
  bool wall_is_known = true;  ///< false: nobody has told this machine the time, and `wall` counts from somewhere
  /// Record::subject of the Record to come: the subject, its keyed hash or nothing, as the site's privacy says. What
  /// was learned of a person is found by it. Only of a policy that learns; else empty.
  std::string_view subject_key{};
  /// What a policy that learns must count as if it had learned it: each becomes a Record, or is given back and gone.
  std::span<const Reservation> reserved{};
  /// The part of the site that this lane leads into, by its name in the site file; empty: the site as a whole. Whoever
  /// passes `in` is inside it, whoever passes `out` is not. Records have it as the detail `zone_detail`.
  std::string_view zone{};
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

  /// Called from any lane's thread; several at a time where the policy does not learn. An Error is a deny with the
  /// reason "policy_failed". Of a policy that learns, a grant is a reservation from here until learn() has its Record:
  /// two lanes never spend one quota. Where another policy denies, or the Record is not kept, it is given back.
  virtual Result<Decision> decide(const Attempt& attempt) const = 0;

  /// Told each Record in order, those of earlier runs first. Never called while decide() runs on another thread.
  virtual void learn(const Record& record) { static_cast<void>(record); }

  /// Whether learn() is written. The plugin macro answers this; a policy that does not learn costs no reading at start.
  virtual bool learns() const { return true; }

  /// How far back it must learn: what is older than that is not read at a start, which then takes no longer after
  /// years. Records of a clock that nobody had set count as young. Asked once, of the object that was built.
  virtual Duration horizon() const { return Duration::max(); }

  /// Of one that asks another machine: what it asks, and what it answers while that is away, in one clause for
  /// `gatepost check`: "asks https://…; while that is away it denies". Empty: it needs nobody.
  virtual std::string needs_network() const { return {}; }

  /// Whether it tells people apart: `check` refuses it where the site's Records name nobody (`subjects: none`).
  virtual bool needs_subject() const { return false; }
};

}  // namespace gatepost
