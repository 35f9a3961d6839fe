// The personal QR code of Vietnam's epidemic control (PC-Covid, Hue-S and others), decision 1405/QĐ-BTTTT.
#include <array>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/text.hpp>

#include "person.hpp"

namespace {

using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;
using personal_qr::Fault;
using personal_qr::Person;
using personal_qr::Refusal;

enum class Subject : std::uint8_t { document, qid };
constexpr auto setting_names(Subject) {
  return std::array{gatepost::Choice{"document", Subject::document}, gatepost::Choice{"qid", Subject::qid}};
}

struct Settings {
  Subject subject = Subject::document;
};

constexpr const char* what_is_wrong(Fault fault) {
  switch (fault) {
    case Fault::encoding:
      return "it is no UTF-8 (encoding)";
    case Fault::control_chars:
      return "it has control characters (control_chars)";
    case Fault::field_count:
      return "it has not 6 fields (field_count)";
    case Fault::id_format:
      return "its document number is none (id_format)";
    case Fault::length:
      return "its name is too long (length)";
    case Fault::name_chars:
      return "its name has characters that no name has (name_chars)";
    case Fault::dob:
      return "its date of birth is no day (dob)";
    case Fault::declaration_type:
      return "it was declared neither by its holder nor by somebody else (declaration_type)";
    case Fault::qid:
      return "its QID is no number (qid)";
    case Fault::ext:
      return "its last field is not right (ext)";
  }
  return "it is not right";
}

/// A number that is hidden in part is the same for many people; the QID is each one's own. Behind another word it is
/// never taken for a document of the same digits.
std::string subject_of(const Person& person, Subject subject) {
  if (subject == Subject::qid) return person.qid;
  return person.document_masked ? "qid:" + person.qid : person.document;
}

std::map<std::string, std::string> attributes_of(const Person& person) {
  std::map<std::string, std::string> attributes{{"document", person.document},
                                                {"name", person.name},
                                                {"birth", person.birth},
                                                {"declared_by_other", person.declared_by_other ? "true" : "false"},
                                                {"qid", person.qid}};
  for (const auto& [key, value] :
       {std::pair{"declarer_qid", person.declarer_qid}, std::pair{"sex", person.sex},
        std::pair{"health_insurance", person.health_insurance}, std::pair{"phone", person.phone},
        std::pair{"warnings", gatepost::support::words_of(person.warnings)}})
    if (!value.empty()) attributes[key] = value;
  return attributes;
}

class PersonalQr final : public gatepost::CredentialFormat {
 public:
  PersonalQr(Settings settings, const gatepost::Instance& instance) : settings_(settings), name_(instance.name) {}

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    auto read = personal_qr::read(reading.payload);
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
      if (!refusal->ours) return std::optional<Credential>{};
      return Error{std::string("this is a personal QR code, but ") + what_is_wrong(refusal->fault), name_,
                   "scan again; where it goes on, have the code made anew in its app"};
    }
    const auto& person = std::get<Person>(read);
    Credential credential;
    credential.subject = subject_of(person, settings_.subject);
    credential.attributes = attributes_of(person);
    return std::optional(std::move(credential));
  }

 private:
  const Settings settings_;
  const std::string name_;
};

constexpr auto table = gatepost::settings(
    gatepost::field("subject", &Settings::subject,
                    "who it is: by the number of the document, or by the QID; where the number is hidden in part, "
                    "document gives qid: and the QID"));

}  // namespace

GATEPOST_CREDENTIAL("personal_qr", "the personal QR code of Vietnam's epidemic control", table, PersonalQr)
