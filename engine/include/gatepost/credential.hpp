// What a Reading means.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include <gatepost/reading.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>

namespace gatepost {

struct Credential {
  std::string scheme;   ///< the format it was read by, e.g. "staff_card"; the credential's name in the site file
  std::string subject;  ///< who or what it names, normalised so that equal means the same; UTF-8
  std::optional<WallTime> valid_from{};
  std::optional<WallTime> valid_until{};
  std::map<std::string, std::string> attributes{};  ///< further named parts, UTF-8
  bool verified = false;  ///< proved to be authentic (a signature checked), not merely well-formed
  std::string how{};      ///< how it was verified: "ed25519, key 2026-11"; empty when it was not
  /// Why it is not accepted, whatever the policies would say: a reason code of the plugin's own table, such as
  /// "revoked". Empty: nothing speaks against it. A refused one may name nobody.
  std::string refused{};
  std::string note{};  ///< for people, beside `refused`: "key 3f01… is on no trust list"; nothing personal
};

/// One that names nobody and is not accepted.
inline Credential refused(std::string reason, std::string note = {}) {
  Credential credential;
  credential.refused = std::move(reason);
  credential.note = std::move(note);
  return credential;
}

/// A credential format: a pure function of a Reading. Called from any lane's thread, several at a time.
class CredentialFormat {
 public:
  virtual ~CredentialFormat() = default;

  /// The Credential; or nothing when the Reading is of another format; or an Error when it claims to be of this format
  /// and is not right (a bad signature): the verdict is then "not_genuine". Readings with damage are never offered.
  /// `scheme` is filled in by the engine.
  virtual Result<std::optional<Credential>> parse(const Reading& reading) const = 0;
};

}  // namespace gatepost
