// The code on Vietnamese health insurance cards (bảo hiểm y tế).
#include <array>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/calendar.hpp>
#include <gatepost/support/text.hpp>

#include "card.hpp"

namespace {

using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;
using health_insurance::Card;
using health_insurance::Fault;
using health_insurance::Refusal;

/// The card's days are Vietnam's, wherever the gate is: it has had one time and no summer time since 1975.
constexpr std::chrono::hours east_of_utc{7};

constexpr const char* what_is_wrong(Fault fault) {
  switch (fault) {
    case Fault::encoding:
      return "it is no UTF-8 (encoding)";
    case Fault::control_chars:
      return "it has control characters (control_chars)";
    case Fault::field_count:
      return "it has fewer than 8 fields (field_count)";
    case Fault::card_code:
      return "its number is not two letters and 13 digits (card_code)";
    case Fault::hex:
      return "its name or its address is no text in hex digits (hex)";
    case Fault::length:
      return "its name or its address is too long (length)";
    case Fault::name_chars:
      return "its name has characters that no name has (name_chars)";
    case Fault::dob:
      return "its date of birth is no day (dob)";
    case Fault::sex:
      return "its sex is neither 1 nor 2 (sex)";
    case Fault::validity:
      return "the days from and until which it is valid are not right (validity)";
  }
  return "it is not right";
}

std::map<std::string, std::string> attributes_of(const Card& card) {
  std::map<std::string, std::string> attributes{
      {"name", card.name}, {"name_ascii", card.name_ascii}, {"birth", card.birth}, {"sex", card.sex}};
  for (const auto& [key, value] : {std::pair{"address", card.address}, std::pair{"clinic", card.clinic},
                                   std::pair{"warnings", gatepost::support::words_of(card.warnings)}})
    if (!value.empty()) attributes[key] = value;
  return attributes;
}

class InsuranceCard final : public gatepost::CredentialFormat {
 public:
  InsuranceCard(gatepost::NoSettings, const gatepost::Instance& instance) : name_(instance.name) {}

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    auto read = health_insurance::read(reading.payload);
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
      if (!refusal->ours) return std::optional<Credential>{};
      return Error{std::string("this is a health insurance card's code, but ") + what_is_wrong(refusal->fault), name_,
                   "scan again; where it goes on, look at the card itself"};
    }
    const auto& card = std::get<Card>(read);
    Credential credential;
    credential.subject = card.code;
    credential.attributes = attributes_of(card);
    if (card.valid_from) credential.valid_from = gatepost::support::whole_day_at(*card.valid_from, east_of_utc).first;
    if (card.valid_until) credential.valid_until = gatepost::support::whole_day_at(*card.valid_until, east_of_utc).last;
    return std::optional(std::move(credential));
  }

 private:
  const std::string name_;
};

}  // namespace

GATEPOST_CREDENTIAL("health_insurance", "the code on Vietnamese health insurance cards", gatepost::no_settings,
                    InsuranceCard)
