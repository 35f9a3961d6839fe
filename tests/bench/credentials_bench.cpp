// credentials_bench: a signed code to a verified Credential, beside a bare verification of a signature of its kind by
// OpenSSL.
#include <openssl/evp.h>

#include <chrono>
#include <gatepost/support/gate_pass.hpp>
#include <memory>

#include "bench/plugin_object.hpp"
#include "world/places.hpp"
#include "world/scratch.hpp"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using gatepost::CredentialFormat;

constexpr int times = 2000;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <class Call>
double median_us(Call call) {
  std::vector<double> took;
  for (int i = 0; i < times; ++i) {
    const auto begin = Clock::now();
    call();
    took.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
  }
  return bench::percentile(took, 0.5);
}

/// One EVP_DigestVerify of a message of 300 bytes, with a key of that kind.
double bare(const char* kind, const char* curve, const EVP_MD* digest) {
  const std::unique_ptr<EVP_PKEY, Free> key(curve == nullptr ? EVP_PKEY_Q_keygen(nullptr, nullptr, kind)
                                                             : EVP_PKEY_Q_keygen(nullptr, nullptr, kind, curve));
  const std::string message(300, 'm');
  const auto* text = reinterpret_cast<const unsigned char*>(message.data());
  std::vector<unsigned char> signature(512);
  std::size_t size = signature.size();
  const std::unique_ptr<EVP_MD_CTX, Free> signs(EVP_MD_CTX_new());
  EVP_DigestSignInit(signs.get(), nullptr, digest, nullptr, key.get());
  EVP_DigestSign(signs.get(), signature.data(), &size, text, message.size());
  return median_us([&] {
    const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
    EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.get());
    if (EVP_DigestVerify(context.get(), signature.data(), size, text, message.size()) != 1) std::exit(1);
  });
}

std::unique_ptr<CredentialFormat> format(const char* name, const char* setting, const fs::path& file) {
  const auto& descriptor = bench::plugin(name);
  return bench::good(descriptor.make.credential(bench::values(descriptor, {{setting, file}}), {name, "/"}));
}

void measure(const std::string& name, const CredentialFormat& format, const std::string& code, double bare_us) {
  const gatepost::Reading reading{.payload = code};
  const auto parsed = bench::good(format.parse(reading));
  if (!parsed || !parsed->verified) {
    std::fprintf(stderr, "%s is not verified\n", name.c_str());
    std::exit(1);
  }
  const double us = median_us([&] { static_cast<void>(format.parse(reading)); });
  bench::row(name + ", " + std::to_string(code.size()) + " characters", us, "us", bench::ratio(us, bare_us), "200 us");
}

}  // namespace

int main() {
  using namespace gatepost::support;
  std::puts("name | value | unit | ratio to bare | budget");
  const double ed25519 = bare("ED25519", nullptr, nullptr), p256 = bare("EC", "P-256", EVP_sha256());
  bench::row("bare Ed25519 verification", ed25519, "us", "1.00");
  bench::row("bare ES256 verification", p256, "us", "1.00");

  const gatepost::world::Scratch folder;
  const auto key = bench::good(SigningKey::generate());
  const GatePass pass{
      .subject = "001099000000", .id = "12345678", .valid_until = gatepost::WallTime::max(), .group = "visitor"};
  measure("signed_pass", *format("signed_pass", "keys", folder.write("keys.pem", bench::good(key.public_pem()))),
          bench::good(write_gate_pass(pass, key)), ed25519);

  const fs::path corpus = fs::path(gatepost::world::source_folder()) / "tests/fuzz/corpus/health_certificate_fuzz";
  const auto trust = folder.write("trust.json", content(corpus / "list_json").substr(1));
  const auto certificates = format("health_certificate", "trust", trust);
  measure("EU DCC", *certificates, "HC1:" + content(corpus / "dcc_text").substr(1), p256);
  measure("SMART Health Card", *certificates, "shc:/" + content(corpus / "shc_text").substr(1), p256);
}
