// What a credential must be and say, whoever holds it.
#include <algorithm>
#include <chrono>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/calendar.hpp>
#include <gatepost/support/text.hpp>
#include <gatepost/support/time_zone.hpp>

#include "demands.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::Attempt;
using gatepost::Credential;
using gatepost::Decision;
using gatepost::Error;
using gatepost::Outcome;
using gatepost::Result;
using gatepost::support::TimeZone;

constexpr std::chrono::days no_bound{0};

struct Settings {
  std::vector<std::string> schemes{};
  bool verified = false;
  std::vector<std::string> classes{};
  std::string class_attribute = "class";
  std::vector<std::string> attributes{};
  std::chrono::days not_older_than = no_bound;
  std::string date_attribute = "issued";
  std::string time_zone{};
};

class Requires final : public gatepost::Policy {
 public:
  static constexpr std::array reasons{
      gatepost::ReasonText{"wrong_scheme", "en", "this kind of code is not taken here"},
      gatepost::ReasonText{"wrong_scheme", "vi", "loại mã này không được dùng tại đây"},
      gatepost::ReasonText{"wrong_class", "en", "not for this group of people"},
      gatepost::ReasonText{"wrong_class", "vi", "không dành cho nhóm người này"},
      gatepost::ReasonText{"wrong_attribute", "en", "does not say what is required here"},
      gatepost::ReasonText{"wrong_attribute", "vi", "không có thông tin được yêu cầu tại đây"},
      gatepost::ReasonText{"issue_unknown", "en", "has no date on which it was issued"},
      gatepost::ReasonText{"issue_unknown", "vi", "không có ngày cấp"},
      gatepost::ReasonText{"issued_long_ago", "en", "was issued too long ago"},
      gatepost::ReasonText{"issued_long_ago", "vi", "được cấp đã quá lâu"},
  };

  static Result<void> check(const Settings& settings) {
    if (!settings.schemes.empty() || settings.verified || !settings.classes.empty() || !settings.attributes.empty() ||
        settings.not_older_than > no_bound)
      return {};
    return Error{"nothing is demanded, so it denies nobody", "requires",
                 "set schemes, verified, class, attributes or not_older_than"};
  }

  static Result<std::unique_ptr<Requires>> make(const Settings& settings, const gatepost::Instance&) {
    auto demands = demands::parse(settings.attributes);
    if (!demands) return demands.error();
    const auto zone = TimeZone::find(settings.time_zone);
    if (!zone) return zone.error();
    return std::unique_ptr<Requires>(new Requires(settings, std::move(*demands), *zone));
  }

  Result<Decision> decide(const Attempt& attempt) const override {
    const std::string_view objection = objection_to(attempt);
    if (objection.empty()) return Decision{Outcome::grant};
    return Decision{Outcome::deny, std::string(objection)};
  }

 private:
  Requires(const Settings& settings, demands::Demands attributes, TimeZone zone)
      : settings_(settings), attributes_(std::move(attributes)), zone_(zone) {
    for (const std::string& word : settings.classes) classes_.insert(gatepost::support::composed_or_as_is(word));
  }

  std::string_view objection_to(const Attempt& attempt) const {
    const Credential& credential = attempt.credential;
    if (!settings_.schemes.empty() &&
        std::ranges::find(settings_.schemes, credential.scheme) == settings_.schemes.end())
      return "wrong_scheme";
    if (settings_.verified && !credential.verified) return "not_verified";
    const auto word = credential.attributes.find(settings_.class_attribute);
    if (!classes_.empty() &&
        (word == credential.attributes.end() || !classes_.contains(gatepost::support::composed_or_as_is(word->second))))
      return "wrong_class";
    if (!demands::are_met(attributes_, credential.attributes)) return "wrong_attribute";
    return settings_.not_older_than > no_bound ? objection_to_age(attempt) : "";
  }

  std::string_view objection_to_age(const Attempt& attempt) const {
    constexpr std::chrono::days ahead{1};  // it may be tomorrow already where it was issued
    const auto found = attempt.credential.attributes.find(settings_.date_attribute);
    if (found == attempt.credential.attributes.end()) return "issue_unknown";
    const auto issued = gatepost::support::parse_day(found->second);
    if (!issued) return "issue_unknown";
    if (!attempt.wall_is_known) return "clock_unset";
    const auto today = zone_.day(attempt.wall);
    if (*issued > today + ahead) return "issue_unknown";
    return today - *issued > settings_.not_older_than ? "issued_long_ago" : "";
  }

  const Settings settings_;
  const demands::Demands attributes_;
  std::set<std::string> classes_{};
  const TimeZone zone_;
};

constexpr auto table = gatepost::settings(
    gatepost::field("schemes", &Settings::schemes,
                    "the credential formats that are taken, by their names in the site file; none: all of the lane"),
    gatepost::field("verified", &Settings::verified, "deny a credential that nothing proves to be authentic"),
    gatepost::field("class", &Settings::classes, "the words of the class attribute that are let in; none: any"),
    gatepost::field("class_attribute", &Settings::class_attribute,
                    "the attribute that says which group of people somebody belongs to"),
    gatepost::field("attributes", &Settings::attributes,
                    "what attributes must say, each as NAME=VALUE, or NAME alone where any value will do; of several "
                    "values of one name one is enough"),
    gatepost::field("not_older_than", &Settings::not_older_than,
                    "deny one whose date attribute is that many days in the past, or is no date; 0s: whatever it says")
        .between(no_bound, std::chrono::days(3660)),
    gatepost::field("date_attribute", &Settings::date_attribute,
                    "the attribute that says when it was issued, as 2026-11-23, 23/11/2026 or 23.11.2026"),
    gatepost::field("time_zone", &Settings::time_zone,
                    "where days begin, such as Asia/Ho_Chi_Minh; empty: this machine's time zone"));

}  // namespace

GATEPOST_POLICY("requires", "takes credentials of a kind, a class or with attributes that say so", table, Requires)
