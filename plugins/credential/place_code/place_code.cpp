// The codes that places put up on their walls, held before a gate by mistake.
#include <algorithm>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/text.hpp>

namespace {

using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;

struct Settings {
  std::vector<std::string> addresses{"https://qr.tokhaiyte.vn/"};
};

/// Scheme and host of an address mean the same in any case.
bool begins_with(std::string_view payload, std::string_view address) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return payload.size() >= address.size() && std::equal(address.begin(), address.end(), payload.begin(),
                                                        [&](char a, char b) { return small(a) == small(b); });
}

class PlaceCode final : public gatepost::CredentialFormat {
 public:
  static constexpr std::array<gatepost::ReasonText, 2> reasons{{
      {"place_code", "en", "this is a place's code, which is no longer used: show your own code"},
      {"place_code", "vi", "đây là mã của địa điểm, không còn được dùng: hãy đưa mã của bạn"},
  }};

  explicit PlaceCode(Settings settings) : settings_(std::move(settings)) {}

  static Result<void> check(const Settings& settings) {
    const auto shortest = std::ranges::min_element(settings.addresses, {}, &std::string::size);
    if (shortest != settings.addresses.end() && shortest->size() >= shortest_address) return {};
    return Error{"must have at least one address, of 4 characters or more", "addresses",
                 "write what the codes begin with, such as https://qr.tokhaiyte.vn/"};
  }

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    const auto payload = gatepost::support::trimmed(reading.payload);
    const bool posted = std::ranges::any_of(settings_.addresses,
                                            [&](const std::string& address) { return begins_with(payload, address); });
    if (!posted) return std::optional<Credential>{};
    return std::optional(gatepost::refused("place_code"));
  }

 private:
  static constexpr std::size_t shortest_address = 4;  ///< a shorter one would take people's codes for a place's
  const Settings settings_;
};

constexpr auto table =
    gatepost::settings(gatepost::field("addresses", &Settings::addresses, "what the codes of places begin with"));

}  // namespace

GATEPOST_CREDENTIAL("place_code", "codes that places put up: denied, and told why", table, PlaceCode)
