// @NAME@: an example format, codes of one prefix and digits. Put your format in its place.
#include <algorithm>
#include <gatepost/descriptor.hpp>

namespace {

using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;

struct Settings {
  std::string prefix = "ID";
};

constexpr auto table = gatepost::settings(gatepost::field("prefix", &Settings::prefix, "what every code begins with"));

class PrefixedNumber final : public gatepost::CredentialFormat {
 public:
  explicit PrefixedNumber(Settings settings) : settings_(std::move(settings)) {}

  static Result<void> check(const Settings& settings) {
    if (!settings.prefix.empty() && settings.prefix.size() <= 32) return {};
    return Error{"must have 1 to 32 characters", "prefix", "write what every code begins with"};
  }

  // A pure function of the Reading, called from several threads. Nothing returned: the code is of another format.
  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    const std::string_view payload = reading.payload;
    if (!payload.starts_with(settings_.prefix)) return std::optional<Credential>();
    const auto digits = payload.substr(settings_.prefix.size());
    const bool number = !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (!number) return Error{"not a number after the prefix", {}, "scan again"};
    Credential credential;
    credential.subject = std::string(digits);
    return std::optional(std::move(credential));
  }

 private:
  const Settings settings_;
};

}  // namespace

GATEPOST_CREDENTIAL("@NAME@", "codes of one prefix and digits", table, PrefixedNumber)
