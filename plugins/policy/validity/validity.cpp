// How long a credential may be good for. That it is good now the engine sees to itself.
#include <chrono>
#include <optional>

#include <gatepost/descriptor.hpp>

namespace {

using namespace std::chrono_literals;
using gatepost::Attempt;
using gatepost::Credential;
using gatepost::Decision;
using gatepost::Duration;
using gatepost::Error;
using gatepost::Outcome;
using gatepost::Result;
using gatepost::WallTime;

struct Settings {
  bool must_end = true;
  std::chrono::minutes longest{0};
  std::chrono::minutes not_older_than{0};
};

/// Whether `until` comes later than this after `from`. Either may be anything that fits.
bool is_longer(WallTime from, WallTime until, Duration length) {
  if (until <= from) return false;
  const auto nanoseconds = [](WallTime time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); };
  return nanoseconds(until) - nanoseconds(from) > static_cast<std::uint64_t>(length.count());
}

class Validity final : public gatepost::Policy {
 public:
  static constexpr std::array reasons{
      gatepost::ReasonText{"never_ends", "en", "has no date on which it ends"},
      gatepost::ReasonText{"never_ends", "vi", "không có ngày hết hạn"},
      gatepost::ReasonText{"runs_too_long", "en", "is valid for longer than is allowed here"},
      gatepost::ReasonText{"runs_too_long", "vi", "có thời hạn dài hơn mức cho phép tại đây"},
      gatepost::ReasonText{"issue_unknown", "en", "has no date on which it was issued"},
      gatepost::ReasonText{"issue_unknown", "vi", "không có ngày cấp"},
      gatepost::ReasonText{"issued_long_ago", "en", "was issued too long ago"},
      gatepost::ReasonText{"issued_long_ago", "vi", "được cấp đã quá lâu"},
  };

  static Result<void> check(const Settings& settings) {
    if (settings.must_end || settings.longest > 0min || settings.not_older_than > 0min) return {};
    return Error{"nothing is demanded, so it denies nobody", "validity",
                 "set must_end: true, longest or not_older_than"};
  }

  explicit Validity(const Settings& settings) : settings_(settings) {}

  Result<Decision> decide(const Attempt& attempt) const override {
    const std::string_view objection = objection_to(attempt.credential, attempt);
    if (objection.empty()) return Decision{Outcome::grant};
    return Decision{Outcome::deny, std::string(objection)};
  }

 private:
  std::string_view objection_to(const Credential& credential, const Attempt& attempt) const {
    const auto& [from, until] = std::pair(credential.valid_from, credential.valid_until);
    if (!until && (settings_.must_end || settings_.longest > 0min)) return "never_ends";
    if (!attempt.wall_is_known) return "clock_unset";
    if (settings_.longest > 0min && is_longer(from.value_or(attempt.wall), *until, settings_.longest))
      return "runs_too_long";
    if (settings_.not_older_than == 0min) return "";
    if (!from) return "issue_unknown";
    return is_longer(*from, attempt.wall, settings_.not_older_than) ? "issued_long_ago" : "";
  }

  const Settings settings_;
};

constexpr auto table = gatepost::settings(
    gatepost::field("must_end", &Settings::must_end, "deny a credential that has no end"),
    gatepost::field("longest", &Settings::longest,
                    "deny one that is valid for longer than this, from its beginning to its end, or from now where it "
                    "has no beginning; 0min: however long")
        .between(0min, std::chrono::hours(24 * 3660)),
    gatepost::field(
        "not_older_than", &Settings::not_older_than,
        "deny one whose validity began longer ago, or whose beginning is not known; 0min: whenever it began")
        .between(0min, std::chrono::hours(24 * 3660)));

}  // namespace

GATEPOST_POLICY("validity", "demands that a credential ends, not too late, and is not too old", table, Validity)
