// EU DCC and SMART Health Cards, to a verdict without a network.
#include <chrono>
#include <gatepost/descriptor.hpp>
#include <gatepost/support/crypto.hpp>
#include <gatepost/support/list_age.hpp>
#include <gatepost/support/signature.hpp>
#include <optional>

#include "dcc.hpp"
#include "shc.hpp"
#include "trust_list.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;
using health_certificate::Failure;
using health_certificate::HealthCertificate;
using health_certificate::Layer;
using health_certificate::TrustList;

/// What tells one holder from another.
enum class Subject : std::uint8_t { certificate, person };
constexpr auto setting_names(Subject) {
  return std::array{gatepost::Choice{"certificate", Subject::certificate}, gatepost::Choice{"person", Subject::person}};
}

struct Settings {
  std::filesystem::path trust{};
  Subject subject = Subject::certificate;
  std::chrono::hours last_good_for{24 * 30};
  std::chrono::hours old_after{24 * 30};
};

class HealthCertificateFormat final : public gatepost::CredentialFormat {
 public:
  static constexpr std::array<gatepost::ReasonText, 6> reasons{{
      {"unknown_issuer", "en", "It is not known who issued this certificate"},
      {"unknown_issuer", "vi", "Không rõ nơi cấp chứng nhận này"},
      {"in_parts", "en", "This certificate is spread over several codes: show one that holds all of it"},
      {"in_parts", "vi", "Chứng nhận này gồm nhiều mã: xin đưa mã chứa toàn bộ"},
      {"list_too_old", "en", "Certificates cannot be checked now: the trust list is too old"},
      {"list_too_old", "vi", "Hiện không kiểm tra được chứng nhận: danh sách tin cậy quá cũ"},
  }};

  static Result<std::unique_ptr<HealthCertificateFormat>> make(const Settings& settings,
                                                               const gatepost::Instance& instance) {
    auto age = std::make_shared<gatepost::support::ListAge>(instance.host, "trust_list_old", settings.trust,
                                                            settings.old_after);
    auto trust = Trust::begin(*instance.host, {settings.trust, "trust_list_not_taken", settings.last_good_for},
                              [age](const gatepost::FileState& state) { return read(state, *age); });
    if (!trust) return trust.error();
    return std::unique_ptr<HealthCertificateFormat>(
        new HealthCertificateFormat(settings.subject, std::move(age), std::move(*trust)));
  }

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    const std::string_view text = reading.payload;
    const bool dcc = text.starts_with(health_certificate::dcc_prefix);
    if (!dcc && !text.starts_with(health_certificate::shc_prefix)) return std::optional<Credential>();
    age_->look();
    const auto trust = trust_.now();
    if (!trust.value) return std::optional(gatepost::refused("list_too_old", to_line(*trust.trouble)));
    const auto certificate = dcc ? verify_dcc(text.substr(health_certificate::dcc_prefix.size()), *trust.value)
                                 : verify_shc(text.substr(health_certificate::shc_prefix.size()), *trust.value);
    if (!certificate) return said_of(certificate.error());
    return std::optional(credential_of(*certificate, text));
  }

 private:
  using Trust = gatepost::Watched<TrustList>;
  using Age = std::shared_ptr<gatepost::support::ListAge>;
  HealthCertificateFormat(Subject subject, Age age, Trust trust)
      : subject_(subject), age_(std::move(age)), trust_(std::move(trust)) {}

  static Result<gatepost::FileContent<TrustList>> read(const gatepost::FileState& state,
                                                       gatepost::support::ListAge& age) {
    age.was_read();
    auto list = TrustList::read(state.path);
    if (!list) return list.error();
    std::string summary = std::to_string(list->size()) + " keys are trusted";
    return gatepost::file_content(std::make_shared<const TrustList>(std::move(*list)), std::move(summary));
  }

  // Whose key nobody knows may be genuine, and a part of one is no forgery.
  static Result<std::optional<Credential>> said_of(const Failure& failure) {
    if (failure.layer == Layer::kid) return std::optional(gatepost::refused("unknown_issuer", failure.what));
    if (failure.layer == Layer::chunked) return std::optional(gatepost::refused("in_parts", failure.what));
    return Error{failure.what + " (" + std::string(to_word(failure.layer)) + ")", "health certificate",
                 "scan again; if it is the same, ask its holder for the original"};
  }

  Credential credential_of(const HealthCertificate& certificate, std::string_view text) const {
    Credential credential;
    credential.subject = subject_ == Subject::person ? certificate.person : certificate.id;
    if (credential.subject.empty()) {  // a SMART Health Card has no number: its text is one
      const auto digest = gatepost::support::sha256(text);
      credential.subject = "shc:" + gatepost::support::hexadecimal(std::span(digest).first(16));
    }
    credential.valid_from = certificate.valid_from;
    credential.valid_until = certificate.valid_until;
    credential.attributes = certificate.attributes;
    credential.verified = true;
    credential.how = certificate.how;
    return credential;
  }

  Subject subject_;
  Age age_;
  Trust trust_;
};

constexpr auto table = gatepost::settings(
    gatepost::field(
        "trust", &Settings::trust,
        "file with those who are believed: certificates in PEM, or JSON with certificates and issuers; read "
        "again when it changes")
        .required(),
    gatepost::field("subject", &Settings::subject,
                    "what tells one holder from another: the certificate's own number, or the name and date of birth"),
    gatepost::field("last_good_for", &Settings::last_good_for,
                    "how long a trust list that was right goes on while its file cannot be taken; 0h: not at all")
        .between(0h, std::chrono::hours(24 * 3650)),
    gatepost::field("old_after", &Settings::old_after,
                    "a trust list that has not changed for so long is an alarm, and used all the same; 0h: never")
        .between(0h, std::chrono::hours(24 * 3650)));

}  // namespace

GATEPOST_CREDENTIAL("health_certificate", "EU DCC (HC1:) and SMART Health Cards (shc:/), verified without a network",
                    table, HealthCertificateFormat)
