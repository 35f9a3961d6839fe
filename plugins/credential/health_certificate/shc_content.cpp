#include <algorithm>
#include <boost/json.hpp>
#include <gatepost/support/numeric_date.hpp>

#include "shc.hpp"

namespace health_certificate {
namespace {

namespace json = boost::json;
using gatepost::WallTime;

/// What stands at a path of keys and places in lists; null: nothing.
const json::value* at(const json::value& from, std::initializer_list<std::string_view> path) {
  const json::value* value = &from;
  for (const auto step : path) {
    if (value == nullptr) return nullptr;
    if (const auto* list = value->if_array(); list != nullptr && step == "0") {
      value = list->empty() ? nullptr : &list->front();
    } else {
      const auto* object = value->if_object();
      value = object == nullptr ? nullptr : object->if_contains(step);
    }
  }
  return value;
}

std::string text(const json::value* value) {
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// False where it stands there and is no time.
bool read_time(const json::value& from, std::string_view key, std::optional<WallTime>& to) {
  const auto* value = at(from, {key});
  if (value == nullptr) return true;
  if (!value->is_number()) return false;
  to = gatepost::support::wall_time_of(value->to_number<double>());
  return to.has_value();
}

bool read_patient(const json::value& patient, HealthCertificate& to) {
  const std::string family = text(at(patient, {"name", "0", "family"})), birth = text(at(patient, {"birthDate"}));
  std::string given;
  if (const auto* names = at(patient, {"name", "0", "given"}); names != nullptr && names->is_array())
    for (const auto& name : names->get_array()) given += (given.empty() ? "" : " ") + text(&name);
  if (family.empty() || birth.empty()) return false;
  to.person = family + "<" + given + "<" + birth;
  to.attributes["family_name"] = family;
  to.attributes["given_name"] = given;
  to.attributes["name"] = given + (given.empty() ? "" : " ") + family;
  to.attributes["birth"] = birth;
  return true;
}

/// Of several doses or tests the newest one counts.
struct Newest {
  std::string day, code;
  int count = 0;
  void add(const std::string& when, std::string what) {
    ++count;
    if (when.substr(0, 10) < day) return;
    day = when.substr(0, 10);
    code = std::move(what);
  }
};

}  // namespace

Outcome<ShcContent> read_shc_content(std::string_view payload) {
  boost::system::error_code failure;
  const auto token = json::parse(payload, failure);
  if (failure || !token.is_object()) return Failure{Layer::payload, "what is signed is no JSON object"};
  ShcContent content;
  HealthCertificate& certificate = content.certificate;
  content.issuer = text(at(token, {"iss"}));
  if (!read_time(token, "nbf", certificate.valid_from) || !read_time(token, "exp", certificate.valid_until))
    return Failure{Layer::payload, "a time is none"};
  const auto* entries = at(token, {"vc", "credentialSubject", "fhirBundle", "entry"});
  if (entries == nullptr || !entries->is_array()) return Failure{Layer::payload, "it holds no health card"};

  bool has_person = false;
  Newest doses, tests;
  for (const auto& entry : entries->get_array()) {
    const auto* resource = at(entry, {"resource"});
    const std::string type = resource == nullptr ? std::string() : text(at(*resource, {"resourceType"}));
    if (type == "Patient" && !has_person) has_person = read_patient(*resource, certificate);
    if (type == "Immunization" && text(at(*resource, {"status"})) == "completed")
      doses.add(text(at(*resource, {"occurrenceDateTime"})),
                text(at(*resource, {"vaccineCode", "coding", "0", "code"})));
    if (type == "Observation")
      tests.add(text(at(*resource, {"effectiveDateTime"})), text(at(*resource, {"code", "coding", "0", "code"})));
  }
  if (!has_person) return Failure{Layer::schema, "it lacks a name or a date of birth"};
  if (doses.count == 0 && tests.count == 0) return Failure{Layer::schema, "it holds neither a vaccination nor a test"};
  certificate.kind = doses.count > 0 ? Kind::vaccination : Kind::test;
  const Newest& newest = doses.count > 0 ? doses : tests;
  certificate.attributes["kind"] = to_word(certificate.kind);
  certificate.attributes["issued"] = newest.day;
  certificate.attributes[doses.count > 0 ? "vaccine" : "test"] = newest.code;
  if (doses.count > 0) certificate.attributes["doses"] = std::to_string(doses.count);
  certificate.attributes["issuer"] = content.issuer;
  return content;
}

}  // namespace health_certificate
