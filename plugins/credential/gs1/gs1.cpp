// GS1 element strings that name people (GSRN) or documents (GDTI).
#include <algorithm>
#include <array>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/calendar.hpp>
#include <gatepost/support/text.hpp>

#include "ai_table.hpp"
#include "elements.hpp"

namespace {

using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;
using gs1::Elements;
using gs1::Fault;

struct Settings {
  std::vector<std::string> subject{"8018", "8017", "253"};
  bool unmarked = false;
  bool expires = false;
};

/// AIM identifiers of symbols that begin with FNC1: QR, Data Matrix (each also with ECI), GS1-128, DataBar.
constexpr std::array<std::string_view, 6> symbols{"]Q3", "]Q4", "]d2", "]d5", "]C1", "]e0"};

bool is_symbol(std::string_view text) { return std::ranges::find(symbols, text) != symbols.end(); }

/// The element strings behind whatever says that they are some, which is taken away from `text`.
bool take_mark(const gatepost::Reading& reading, std::string_view& text) {
  bool marked = is_symbol(reading.symbology);
  if (is_symbol(text.substr(0, 3))) {
    text.remove_prefix(3);
    marked = true;
  }
  if (text.starts_with(gs1::separator)) {
    text.remove_prefix(1);
    marked = true;
  }
  return marked;
}

constexpr const char* what_is_wrong(Fault fault) {
  switch (fault) {
    case Fault::unknown_ai:
      return "it has an identifier that is not assigned (unknown_ai)";
    case Fault::truncated:
      return "a value is too short (truncated)";
    case Fault::too_long:
      return "a value is too long (too_long)";
    case Fault::characters:
      return "a value has characters that do not belong there (characters)";
    case Fault::check_digit:
      return "a check digit is wrong (check_digit)";
    case Fault::date:
      return "a date or a time is none (date)";
    case Fault::value:
      return "a value is none of those that there are (value)";
    case Fault::twice:
      return "it says the same thing twice, and not alike (twice)";
  }
  return "it is not right";
}

class ElementStrings final : public gatepost::CredentialFormat {
 public:
  ElementStrings(Settings settings, const gatepost::Instance& instance)
      : settings_(std::move(settings)), name_(instance.name) {}

  static Result<void> check(const Settings& settings) {
    if (settings.subject.empty()) return Error{"must have at least one identifier", "subject", "write 8018"};
    for (const auto& number : settings.subject)
      if (gs1::find_ai(number) == nullptr)
        return Error{"'" + number + "' is no application identifier of GS1", "subject",
                     "write 8018 (a person), 8017 (who gives a service) or 253 (a document)"};
    return {};
  }

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    auto text = gatepost::support::code_line(reading.payload).text;
    const bool marked = take_mark(reading, text);
    if (!marked && !settings_.unmarked) return std::optional<Credential>{};
    const auto read = gs1::read(text);
    if (const auto* fault = std::get_if<Fault>(&read)) {
      if (!marked) return std::optional<Credential>{};
      return Error{
          std::string("this is a GS1 code, but ") + what_is_wrong(*fault), name_,
          "scan again; where it goes on, have the scanner send GS (0x1D) for FNC1, or look at the code's maker"};
    }
    return credential_of(std::get<Elements>(read));
  }

 private:
  std::optional<Credential> credential_of(const Elements& elements) const {
    const auto named = std::ranges::find_if(settings_.subject, [&](const auto& ai) { return elements.contains(ai); });
    if (named == settings_.subject.end()) return {};  // goods, or a place
    Credential credential;
    credential.subject = elements.find(*named)->second;
    for (const auto& [number, value] : elements) credential.attributes.emplace("ai_" + number, value);
    if (const auto expiry = elements.find("17"); settings_.expires && expiry != elements.end())
      credential.valid_until = gatepost::support::whole_day_here(*gs1::short_date(expiry->second)).last;
    return credential;
  }

  const Settings settings_;
  const std::string name_;
};

constexpr auto table = gatepost::settings(
    gatepost::field("subject", &Settings::subject,
                    "application identifiers whose value says who it is; the first of them that a code has counts"),
    gatepost::field("unmarked", &Settings::unmarked,
                    "also read codes that nothing marks as GS1's, where they are right to the last character"),
    gatepost::field("expires", &Settings::expires, "the day of identifier 17 is the last on which the code is valid"));

}  // namespace

GATEPOST_CREDENTIAL("gs1", "GS1 element strings that name people or documents", table, ElementStrings)
