// @NAME@: an example policy, so many passages in all. Put your rule in its place.
#include <gatepost/descriptor.hpp>

namespace {

using gatepost::Decision;
using gatepost::Outcome;
using gatepost::Result;

struct Settings {
  std::uint32_t most = 100;
};

constexpr auto table =
    gatepost::settings(gatepost::field("most", &Settings::most, "how many may pass in all").between(1, 1'000'000'000));

class Limit final : public gatepost::Policy {
 public:
  static constexpr std::array reasons{
      gatepost::ReasonText{"full", "en", "No more people may come in"},
      gatepost::ReasonText{"full", "vi", "Đã đủ người"},
  };

  explicit Limit(Settings settings) : settings_(settings) {}

  // Called from several threads; the state is only what learn() made of the Records.
  Result<Decision> decide(const gatepost::Attempt&) const override {
    if (granted_ < settings_.most) return Decision{Outcome::grant};
    return Decision{Outcome::deny, "full"};
  }

  void learn(const gatepost::Record& record) override {
    if (record.kind == gatepost::RecordKind::attempt && record.outcome == Outcome::grant) ++granted_;
  }

 private:
  const Settings settings_;
  std::uint64_t granted_ = 0;
};

}  // namespace

GATEPOST_POLICY("@NAME@", "so many may pass in all", table, Limit)
