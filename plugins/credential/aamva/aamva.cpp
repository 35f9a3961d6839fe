// Driver licences and identity cards of North America (AAMVA), PDF417.
#include <array>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/calendar.hpp>

#include "license.hpp"

namespace {

using aamva::Fault;
using aamva::License;
using aamva::Refusal;
using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;

enum class Subject : std::uint8_t { number, issuer_number };
constexpr auto setting_names(Subject) {
  return std::array{gatepost::Choice{"number", Subject::number},
                    gatepost::Choice{"issuer_number", Subject::issuer_number}};
}

struct Settings {
  Subject subject = Subject::number;
};

struct Wrong {
  const char* what;
  const char* remedy;
};

constexpr const char* again = "scan again; where it goes on, look at the card itself";

constexpr Wrong wrong(Fault fault) {
  switch (fault) {
    case Fault::controls_lost:
      return {"its control characters are lost (controls_lost)",
              "set the scanner to serial (USB-COM) or POS mode: a keyboard has no keys for them"};
    case Fault::header:
      return {"its header is not right (header)", again};
    case Fault::subfile:
      return {"a part is not where its header says, or is cut (subfile)",
              "scan again; where it goes on, let the scanner send the whole code at once: it has line ends within"};
    case Fault::element:
      return {"a line has no element's name (element)", again};
    case Fault::control_chars:
      return {"a value has control characters (control_chars)", again};
    case Fault::twice:
      return {"it says the same thing twice, and not alike (twice)", again};
    case Fault::number:
      return {"it has no number (number)", again};
    case Fault::date:
      return {"a date is no day (date)", again};
  }
  return {"it is not right", again};
}

struct Named {
  const char* element;
  const char* attribute;
};

/// Where two elements have one meaning, the later standard's stands first.
constexpr std::array<Named, 13> named{{{"DCS", "family_name"},
                                       {"DAB", "family_name"},
                                       {"DAC", "first_name"},
                                       {"DCT", "first_name"},
                                       {"DAD", "middle_name"},
                                       {"DAA", "name"},
                                       {"DAG", "street"},
                                       {"DAI", "city"},
                                       {"DAJ", "state"},
                                       {"DAK", "postal_code"},
                                       {"DCG", "country"},
                                       {"DCA", "vehicle_class"},
                                       {"DAU", "height"}}};

std::string sex_of(const std::string& code) {
  if (code == "1" || code == "M") return "M";
  return code == "2" || code == "F" ? "F" : "";
}

std::map<std::string, std::string> attributes_of(const License& license) {
  std::map<std::string, std::string> attributes(license.elements.begin(), license.elements.end());
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty()) attributes.emplace(key, value);
  };
  for (const auto& [element, attribute] : named) put(attribute, value_of(license, element));
  for (const auto& [key, day] :
       {std::pair{"birth", license.birth}, std::pair{"issued", license.issued}, std::pair{"expires", license.expires}})
    if (day) put(key, gatepost::support::to_text(*day));
  put("sex", sex_of(value_of(license, "DBC")));
  put("issuer", license.issuer);
  return attributes;
}

class DriverLicense final : public gatepost::CredentialFormat {
 public:
  DriverLicense(Settings settings, const gatepost::Instance& instance) : settings_(settings), name_(instance.name) {}

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    auto read = aamva::read(reading.payload);
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
      if (!refusal->ours) return std::optional<Credential>{};
      const Wrong text = wrong(refusal->fault);
      return Error{std::string("this is a driver licence's code, but ") + text.what, name_, text.remedy};
    }
    const auto& license = std::get<License>(read);
    Credential credential;
    credential.subject = settings_.subject == Subject::number ? license.number : license.issuer + ":" + license.number;
    credential.attributes = attributes_of(license);
    if (license.expires) credential.valid_until = gatepost::support::whole_day_here(*license.expires).last;
    return std::optional(std::move(credential));
  }

 private:
  const Settings settings_;
  const std::string name_;
};

constexpr auto table = gatepost::settings(gatepost::field(
    "subject", &Settings::subject, "who it is: the number alone, or the issuer's six digits, a colon and the number"));

}  // namespace

GATEPOST_CREDENTIAL("aamva", "driver licences and identity cards of North America", table, DriverLicense)
