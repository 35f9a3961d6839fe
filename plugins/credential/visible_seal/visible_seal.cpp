// Visible digital seals of ICAO and BSI: signed codes on visas, residence permits, cards.
#include <algorithm>
#include <chrono>
#include <gatepost/descriptor.hpp>
#include <gatepost/support/calendar.hpp>
#include <gatepost/support/crypto.hpp>
#include <optional>

#include "document_types.hpp"
#include "seal.hpp"
#include "signers.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;
using gatepost::Watched;
using visible_seal::Seal;
using visible_seal::Signers;

struct Settings {
  std::filesystem::path certificates{};
  std::vector<std::string> subject{"passport_number",         "document_number", "azr_number",
                                   "social_insurance_number", "sheet_number",    "mrz"};
  std::chrono::hours last_good_for{24 * 30};
};

/// A day in UTC, of YYYYMMDD. Nothing: it is no day.
std::optional<gatepost::support::WholeDay> day_of(const std::string& text) {
  if (text.size() != 8) return {};
  const std::string_view digits = text;
  const auto day = gatepost::support::day_of(digits.substr(0, 4), digits.substr(4, 2), digits.substr(6, 2));
  if (!day) return {};
  return gatepost::support::whole_day_at(*day, 0min);
}

class VisibleSeal final : public gatepost::CredentialFormat {
 public:
  static constexpr std::array<gatepost::ReasonText, 4> reasons{{
      {"unknown_issuer", "en", "It is not known who issued this document"},
      {"unknown_issuer", "vi", "Không rõ nơi cấp giấy này"},
      {"list_too_old", "en", "Documents cannot be checked now: the list of issuers is too old"},
      {"list_too_old", "vi", "Hiện không kiểm tra được giấy tờ: danh sách nơi cấp quá cũ"},
  }};

  static Result<std::unique_ptr<VisibleSeal>> make(Settings settings, const gatepost::Instance& instance) {
    std::optional<Watched<Signers>> signers;
    if (!settings.certificates.empty()) {
      auto watched = Watched<Signers>::begin(
          *instance.host, {settings.certificates, "certificates_not_taken", settings.last_good_for}, read);
      if (!watched) return watched.error();
      signers = std::move(*watched);
    }
    return std::unique_ptr<VisibleSeal>(new VisibleSeal(std::move(settings), std::move(signers)));
  }

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    const auto seal = visible_seal::read_seal(reading.payload);
    if (!seal) return seal.error();
    if (!*seal) return std::optional<Credential>();
    Credential credential = credential_of(**seal);
    if (auto checked = check(**seal, credential); !checked) return checked.error();
    return std::optional(std::move(credential));
  }

 private:
  VisibleSeal(Settings settings, std::optional<Watched<Signers>> signers)
      : settings_(std::move(settings)), signers_(std::move(signers)) {}

  static Result<gatepost::FileContent<Signers>> read(const gatepost::FileState& state) {
    auto signers = Signers::read(state.path);
    if (!signers) return signers.error();
    std::string summary = std::to_string(signers->size()) + " certificates";
    return gatepost::file_content(std::make_shared<const Signers>(std::move(*signers)), std::move(summary));
  }

  Credential credential_of(const Seal& seal) const {
    Credential credential;
    credential.attributes = visible_seal::named_features(seal);
    for (const auto& name : settings_.subject)
      if (const auto found = credential.attributes.find(name);
          found != credential.attributes.end() && credential.subject.empty())
        credential.subject = found->second;
    if (credential.subject.empty()) {  // nothing in it has a name here: the whole of it tells it from others
      const auto digest = gatepost::support::sha256(seal.signed_bytes);
      credential.subject = "seal:" + gatepost::support::hexadecimal(std::span(digest).first(16));
    }
    for (auto& [name, value] : {std::pair{"document", document_name(seal)}, std::pair{"country", seal.country},
                                std::pair{"signer", seal.signer}, std::pair{"issued", seal.issued}})
      credential.attributes.insert_or_assign(name, value);
    read_validity(credential);
    return credential;
  }

  /// Where the document says it: the last day counts.
  static void read_validity(Credential& credential) {
    const auto date = [&](const char* name) {
      const auto found = credential.attributes.find(name);
      return found == credential.attributes.end() ? std::nullopt : day_of(found->second);
    };
    if (const auto from = date("valid_from")) credential.valid_from = from->first;
    if (const auto until = date("valid_to")) credential.valid_until = until->last;
  }

  Result<void> check(const Seal& seal, Credential& credential) const {
    if (!signers_) return {};
    const auto signers = signers_->now();
    const auto* key = signers.value ? signers.value->find(seal) : nullptr;
    const std::string name = seal.signer + ", certificate " + seal.certificate;
    if (key == nullptr) {
      credential = signers.value
                       ? gatepost::refused("unknown_issuer", name + " is not in " + settings_.certificates.string())
                       : gatepost::refused("list_too_old", to_line(*signers.trouble));
      return {};
    }
    if (!key->verifies(gatepost::support::SignatureAlgorithm::ecdsa, seal.signed_bytes, seal.signature))
      return Error{"the visible seal's signature is not right", "visible seal", "ask its holder for the original"};
    credential.verified = true;
    credential.how = "visible seal of " + name;
    return {};
  }

  Settings settings_;
  std::optional<Watched<Signers>> signers_;
};

constexpr auto table = gatepost::settings(
    gatepost::field("certificates", &Settings::certificates,
                    "file with the certificates of those who are believed, in PEM; read again when it changes. Unless "
                    "said, signatures are not looked at, and no seal is verified"),
    gatepost::field("subject", &Settings::subject, "features that name the holder; the first that a seal has counts"),
    gatepost::field("last_good_for", &Settings::last_good_for,
                    "how long certificates that were right go on while their file cannot be taken; 0h: not at all")
        .between(0h, std::chrono::hours(24 * 3650)));

}  // namespace

GATEPOST_CREDENTIAL("visible_seal", "visible digital seals of ICAO and BSI: visas, residence permits, cards", table,
                    VisibleSeal)
