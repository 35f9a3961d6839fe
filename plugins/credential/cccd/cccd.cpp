// The code on Vietnamese identity cards (căn cước công dân).
#include <array>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/text.hpp>

#include "card.hpp"

namespace {

using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;

struct Wrong {
  const char* what;
  const char* remedy;
};

constexpr const char* by_serial =
    "set the scanner to serial (USB-COM) or POS mode, and to UTF-8: a keyboard cannot carry this code";
constexpr const char* look = "look at the card itself: its code is damaged, or not made by who makes such cards";

constexpr Wrong wrong(cccd::Fault fault) {
  switch (fault) {
    case cccd::Fault::encoding:
      return {"its letters came damaged (encoding)", by_serial};
    case cccd::Fault::control_chars:
      return {"it has control characters (control_chars)", look};
    case cccd::Fault::field_count:
      return {"it has fewer than 7 fields (field_count)", "scan again; where it goes on, look at the card itself"};
    case cccd::Fault::id_format:
      return {"its number has not 12 digits (id_format)", "scan again; where it goes on, look at the card itself"};
    case cccd::Fault::old_id:
      return {"its old number has not 9 or 12 digits (old_id)", look};
    case cccd::Fault::length:
      return {"its name or its address is too long (length)", look};
    case cccd::Fault::name_chars:
      return {"its name has characters that no name has (name_chars)", look};
    case cccd::Fault::dob:
      return {"its date of birth is no day (dob)", look};
    case cccd::Fault::sex:
      return {"its sex is neither Nam nor Nữ (sex)", look};
    case cccd::Fault::issued:
      return {"its date of issue is no day (issued)", "scan again; where it goes on, look at the card itself"};
  }
  return {"it is not right", look};
}

std::map<std::string, std::string> attributes_of(const cccd::Card& card) {
  std::map<std::string, std::string> attributes{{"name", card.name},       {"name_ascii", card.name_ascii},
                                                {"birth", card.birth},     {"sex", card.sex},
                                                {"address", card.address}, {"issued", card.issued}};
  if (!card.old_id.empty()) attributes["old_id"] = card.old_id;
  if (!card.warnings.empty()) attributes["warnings"] = gatepost::support::words_of(card.warnings);
  return attributes;
}

class IdentityCard final : public gatepost::CredentialFormat {
 public:
  IdentityCard(gatepost::NoSettings, const gatepost::Instance& instance) : name_(instance.name) {}

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    auto read = cccd::read(reading.payload);
    if (const auto* refusal = std::get_if<cccd::Refusal>(&read)) {
      if (!refusal->ours) return std::optional<Credential>{};
      const Wrong text = wrong(refusal->fault);
      return Error{std::string("this is an identity card's code, but ") + text.what, name_, text.remedy};
    }
    const auto& card = std::get<cccd::Card>(read);
    Credential credential;
    credential.subject = card.id;
    credential.attributes = attributes_of(card);
    return std::optional(std::move(credential));
  }

 private:
  const std::string name_;
};

}  // namespace

GATEPOST_CREDENTIAL("cccd", "the code on Vietnamese identity cards", gatepost::no_settings, IdentityCard)
