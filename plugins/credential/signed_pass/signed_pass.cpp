// Passes that Gatepost signs itself, verified without a network.
#include <chrono>
#include <gatepost/descriptor.hpp>
#include <gatepost/support/crypto.hpp>
#include <gatepost/support/gate_pass.hpp>
#include <gatepost/support/list_age.hpp>
#include <optional>

#include "key_ring.hpp"
#include "revocations.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;
using gatepost::Watched;
using gatepost::support::GatePass;
using gatepost::support::hexadecimal;
using gatepost::support::UnverifiedGatePass;
using signed_pass::KeyRing;
using signed_pass::Revocations;

struct Settings {
  std::filesystem::path keys{};
  std::filesystem::path revoked{};
  std::string issuer{};
  std::chrono::hours last_good_for{24 * 30};
  std::chrono::hours old_after{};
};

/// A watched file that is read to a T, with how many entries it has for people.
template <class T>
Result<Watched<T>> watch(gatepost::Host& host, gatepost::WatchedFile file, const char* what,
                         const std::shared_ptr<gatepost::support::ListAge>& age = nullptr) {
  return Watched<T>::begin(
      host, std::move(file), [what, age](const gatepost::FileState& state) -> Result<gatepost::FileContent<T>> {
        if (age) age->was_read();
        auto read = T::read(state.path);
        if (!read) return read.error();
        std::string summary = std::to_string(read->size()) + " " + what;
        return gatepost::file_content(std::make_shared<const T>(std::move(*read)), std::move(summary));
      });
}

class SignedPass final : public gatepost::CredentialFormat {
 public:
  static constexpr std::array<gatepost::ReasonText, 6> reasons{{
      {"unknown_key", "en", "This pass was issued by somebody else"},
      {"unknown_key", "vi", "Thẻ này do nơi khác cấp"},
      {"revoked", "en", "This pass was withdrawn"},
      {"revoked", "vi", "Thẻ này đã bị thu hồi"},
      {"list_too_old", "en", "Passes cannot be checked now: a list is too old"},
      {"list_too_old", "vi", "Hiện không kiểm tra được thẻ: danh sách quá cũ"},
  }};

  static Result<std::unique_ptr<SignedPass>> make(Settings settings, const gatepost::Instance& instance) {
    auto keys = watch<KeyRing>(*instance.host, {settings.keys, "keys_not_taken", settings.last_good_for}, "keys");
    if (!keys) return keys.error();
    std::optional<Watched<Revocations>> revoked;
    auto age = std::make_shared<gatepost::support::ListAge>(instance.host, "revocations_old", settings.revoked,
                                                            settings.old_after);
    if (!settings.revoked.empty()) {
      auto list = watch<Revocations>(
          *instance.host, {settings.revoked, "revocations_not_taken", settings.last_good_for}, "revoked passes", age);
      if (!list) return list.error();
      revoked = std::move(*list);
    }
    return std::unique_ptr<SignedPass>(
        new SignedPass(std::move(settings), std::move(*keys), std::move(revoked), std::move(age)));
  }

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    const auto pass = UnverifiedGatePass::read(reading.payload);
    if (!pass) return pass.error();
    if (!*pass) return std::optional<Credential>();
    const auto keys = keys_.now();
    if (!keys.value) return std::optional(gatepost::refused("list_too_old", to_line(*keys.trouble)));
    const auto* key = keys.value->find((*pass)->key_id());
    const std::string id = hexadecimal((*pass)->key_id().substr(0, 8));
    if (key == nullptr)
      return std::optional(gatepost::refused("unknown_key", "key " + id + " is not in " + settings_.keys.string()));
    const auto said = (*pass)->verified_by(*key);
    if (!said) return said.error();
    if (!settings_.issuer.empty() && said->issuer != settings_.issuer)
      return std::optional(gatepost::refused("unknown_key", "its issuer is not the one that this site takes"));
    return std::optional(judged(credential_of(*said, id), said->id));
  }

 private:
  using Age = std::shared_ptr<gatepost::support::ListAge>;
  SignedPass(Settings settings, Watched<KeyRing> keys, std::optional<Watched<Revocations>> revoked, Age age)
      : settings_(std::move(settings)), age_(std::move(age)), keys_(std::move(keys)), revoked_(std::move(revoked)) {}

  static Credential credential_of(const GatePass& pass, const std::string& key) {
    Credential credential;
    credential.subject = pass.subject;
    credential.valid_from = pass.valid_from;
    credential.valid_until = pass.valid_until;
    credential.verified = true;
    credential.how = "ed25519, key " + key;
    credential.attributes["pass"] = hexadecimal(pass.id);
    if (!pass.group.empty()) credential.attributes["class"] = pass.group;
    if (!pass.name.empty()) credential.attributes["name"] = pass.name;
    if (!pass.issuer.empty()) credential.attributes["issuer"] = pass.issuer;
    return credential;
  }

  Credential judged(Credential credential, const std::string& id) const {
    if (!revoked_) return credential;
    age_->look();
    const auto list = revoked_->now();
    if (!list.value) {
      credential.refused = "list_too_old";
      credential.note = to_line(*list.trouble);
    } else if (list.value->has(id)) {
      credential.refused = "revoked";
      credential.note = "pass " + hexadecimal(id) + " is in " + settings_.revoked.string();
    }
    return credential;
  }

  Settings settings_;
  Age age_;
  Watched<KeyRing> keys_;
  std::optional<Watched<Revocations>> revoked_;
};

constexpr auto table = gatepost::settings(
    gatepost::field("keys", &Settings::keys,
                    "file with the public keys of those who issue passes, PEM blocks one after the other; read again "
                    "when it changes")
        .required(),
    gatepost::field("revoked", &Settings::revoked,
                    "file with the ids of passes that count no more, one a line; read again when it changes"),
    gatepost::field("issuer", &Settings::issuer, "take passes of this issuer only; unless said, of any"),
    gatepost::field("last_good_for", &Settings::last_good_for,
                    "how long a file that was right goes on while it cannot be taken; 0h: not at all")
        .between(0h, std::chrono::hours(24 * 3650)),
    gatepost::field(
        "old_after", &Settings::old_after,
        "a list of revoked passes that has not changed for so long is an alarm, and used all the same; 0h: never")
        .between(0h, std::chrono::hours(24 * 3650)));

}  // namespace

GATEPOST_CREDENTIAL("signed_pass", "passes that Gatepost signs, verified without a network", table, SignedPass)
