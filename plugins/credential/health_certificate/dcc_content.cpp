#include <algorithm>
#include <array>
#include <cmath>
#include <gatepost/support/numeric_date.hpp>
#include <utility>

#include "dcc.hpp"

namespace health_certificate {
namespace {

namespace cbor = gatepost::support::cbor;
using namespace std::chrono_literals;
using gatepost::WallTime;

// RFC 8392 and hcert_spec.md, 3.3.
constexpr std::int64_t expires = 4, issued = 6, hcert = -260, dcc_v1 = 1;

/// A part of a certificate that says what it is for, with the names of what it must have.
struct Part {
  const char* name;
  Kind kind;
  std::array<const char*, 8> required;  ///< filled up with null
  const char* date;
};
constexpr std::array parts{
    Part{"v", Kind::vaccination, {{"tg", "vp", "mp", "ma", "dt", "co", "is", "ci"}}, "dt"},
    Part{"t", Kind::test, {{"tg", "tt", "sc", "tr", "co", "is", "ci"}}, "sc"},
    Part{"r", Kind::recovery, {{"tg", "fr", "co", "is", "df", "du", "ci"}}, "fr"},
};

/// What is handed on of each part, by a name in words.
constexpr std::array attribute_names{std::pair{"tg", "disease"},     std::pair{"vp", "vaccine"},
                                     std::pair{"mp", "product"},     std::pair{"ma", "maker"},
                                     std::pair{"co", "country"},     std::pair{"is", "issuer"},
                                     std::pair{"tt", "test"},        std::pair{"tr", "result"},
                                     std::pair{"df", "immune_from"}, std::pair{"du", "immune_until"}};

Failure wrong(const char* what) { return {Layer::schema, what}; }

/// Some issuers write times as fractions.
Outcome<std::optional<WallTime>> time_at(const cbor::Value& claims, std::int64_t label) {
  const auto* value = claims.find(label);
  if (value == nullptr) return std::optional<WallTime>();
  std::optional<WallTime> time;
  if (const auto* whole = value->as<std::int64_t>())
    time = gatepost::support::wall_time_of(static_cast<double>(*whole));
  if (const auto* fraction = value->as<double>()) time = gatepost::support::wall_time_of(*fraction);
  if (!time) return Failure{Layer::cwt, "a time is none"};
  return time;
}

std::string day_of(const std::string& time) { return time.substr(0, 10); }

std::string number_at(const cbor::Value& part, const char* name) {
  const auto* value = part.find(name);
  const auto* number = value == nullptr ? nullptr : value->as<std::int64_t>();
  return number == nullptr ? std::string() : std::to_string(*number);
}

/// The one part that is there, of which there is one entry.
const Part* part_of(const cbor::Value& dcc, const cbor::Value*& entry) {
  const Part* found = nullptr;
  for (const auto& part : parts) {
    const auto* value = dcc.find(part.name);
    const auto* list = value == nullptr ? nullptr : value->as<cbor::Array>();
    if (list == nullptr || list->empty()) continue;
    if (found != nullptr || list->size() != 1) return nullptr;
    found = &part;
    entry = &list->front();
  }
  return found;
}

void read_person(const cbor::Value& dcc, const cbor::Value& names, HealthCertificate& to) {
  const std::string family = names.text("fn"), given = names.text("gn");
  const std::string birth = day_of(dcc.text("dob"));
  to.person = names.text("fnt") + "<" + names.text("gnt") + "<" + birth;
  to.attributes["birth"] = birth;
  to.attributes["family_name"] = family.empty() ? names.text("fnt") : family;
  to.attributes["given_name"] = given.empty() ? names.text("gnt") : given;
  to.attributes["name"] =
      to.attributes["given_name"] + (to.attributes["given_name"].empty() ? "" : " ") + to.attributes["family_name"];
}

void read_part(const Part& part, const cbor::Value& entry, HealthCertificate& to) {
  to.kind = part.kind;
  to.id = entry.text("ci");
  to.attributes["kind"] = to_word(part.kind);
  to.attributes["issued"] = day_of(entry.text(part.date));
  for (const auto& [key, name] : attribute_names)
    if (const std::string text = entry.text(key); !text.empty()) to.attributes[name] = text;
  if (part.kind == Kind::vaccination) to.attributes["dose"] = number_at(entry, "dn") + "/" + number_at(entry, "sd");
}

}  // namespace

Outcome<HealthCertificate> read_dcc_content(std::string_view payload, const std::function<bool(Kind)>& may_sign) {
  const auto claims = cbor::read(payload);
  if (!claims || claims->as<cbor::Map>() == nullptr) return Failure{Layer::cwt, "what is signed is no CWT"};
  const auto* container = claims->find(hcert);
  const auto* dcc = container == nullptr ? nullptr : container->find(dcc_v1);
  if (dcc == nullptr || dcc->as<cbor::Map>() == nullptr) return Failure{Layer::cwt, "it holds no health certificate"};
  const auto from = time_at(*claims, issued), until = time_at(*claims, expires);
  if (!from) return from.error();
  if (!until) return until.error();

  const cbor::Value* entry = nullptr;
  const Part* part = part_of(*dcc, entry);
  if (part == nullptr) return wrong("it is not one vaccination, one test or one recovery");
  if (!may_sign(part->kind))
    return Failure{Layer::key_usage, "its key may not sign a certificate of " + std::string(to_word(part->kind))};
  const auto* names = dcc->find("nam");
  if (dcc->text("ver").empty() || dcc->find("dob") == nullptr || names == nullptr || names->text("fnt").empty())
    return wrong("it lacks its version, a name or a date of birth");
  const auto lacks = [&](const char* name) { return name != nullptr && entry->text(name).empty(); };
  if (std::ranges::any_of(part->required, lacks)) return wrong("it lacks what each certificate of its kind has");
  if (part->kind == Kind::vaccination && (number_at(*entry, "dn").empty() || number_at(*entry, "sd").empty()))
    return wrong("it lacks the number of doses");

  HealthCertificate certificate;
  certificate.valid_from = *from;
  // Its last second still counts, as the published certificates have it.
  if (*until) certificate.valid_until = **until + std::chrono::seconds(**until < WallTime::max() - 1s ? 1 : 0);
  read_person(*dcc, *names, certificate);
  read_part(*part, *entry, certificate);
  return certificate;
}

}  // namespace health_certificate
