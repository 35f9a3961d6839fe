// Payment codes, which people have in the same app as their own.
#include <array>

#include <gatepost/descriptor.hpp>

#include "payment.hpp"

namespace {

using gatepost::Credential;
using gatepost::Result;

class PaymentCode final : public gatepost::CredentialFormat {
 public:
  static constexpr std::array<gatepost::ReasonText, 2> reasons{{
      {"payment_code", "en", "this is a code for payments: show your own code"},
      {"payment_code", "vi", "đây là mã thanh toán: hãy đưa mã của bạn"},
  }};

  explicit PaymentCode(gatepost::NoSettings) {}

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    if (!payment_code::is_payment(reading.payload)) return std::optional<Credential>{};
    return std::optional(gatepost::refused("payment_code"));
  }
};

}  // namespace

GATEPOST_CREDENTIAL("payment_code", "payment codes such as VietQR: denied, and told why", gatepost::no_settings,
                    PaymentCode)
