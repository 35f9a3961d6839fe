#include "signers.hpp"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <gatepost/support/files.hpp>
#include <gatepost/support/openssl.hpp>
#include <memory>

namespace visible_seal {
namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::CertificatePtr;
using gatepost::support::Freed;
using gatepost::support::PublicKey;

constexpr std::size_t largest_file = 16 << 20;

std::string name_part(const X509* certificate, int part) {
  std::array<char, 64> text{};
  const int length =
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), part, text.data(), static_cast<int>(text.size()));
  return length > 0 ? std::string(text.data()) : std::string();
}

/// Capitals, without zeros before it: both sides write the number in their own length.
std::string plain(std::string text) {
  for (char& letter : text)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  const auto first = text.find_first_not_of('0');
  return first == std::string::npos ? "0" : text.substr(first);
}

std::string serial_of(const X509* certificate) {
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* digits = number == nullptr ? nullptr : BN_bn2hex(number.get());
  std::string text = digits == nullptr ? "" : digits;
  OPENSSL_free(digits);
  return plain(std::move(text));
}

std::string der_of(X509* certificate) {
  unsigned char* bytes = nullptr;
  const int length = i2d_X509(certificate, &bytes);
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(std::max(length, 0)));
  OPENSSL_free(bytes);
  return der;
}

}  // namespace

Result<Signers> Signers::read(const std::filesystem::path& file) {
  const auto text = gatepost::support::read_file(file, largest_file);
  if (!text) return text.error();
  return parse(*text, file.string());
}

Result<Signers> Signers::parse(std::string_view text, const std::string& where) {
  Signers signers;
  const std::unique_ptr<BIO, Freed<BIO_free_all>> reader(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  while (const CertificatePtr certificate{PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)}) {
    const auto key = PublicKey::of_certificate(der_of(certificate.get()));
    const std::string signer =
        plain(name_part(certificate.get(), NID_countryName) + name_part(certificate.get(), NID_commonName));
    if (!key || signer.size() != 4)
      return Error{"certificate " + std::to_string(signers.keys_.size() + 1) + " is none of a seal's signer", where,
                   "take certificates with a country of two letters and a common name of two"};
    signers.keys_.insert_or_assign({signer, serial_of(certificate.get())}, *key);
  }
  const auto blocks = static_cast<std::size_t>([&] {
    std::size_t count = 0;
    for (auto at = text.find("-----BEGIN "); at != std::string_view::npos; at = text.find("-----BEGIN ", at + 1))
      ++count;
    return count;
  }());
  if (signers.keys_.empty() || blocks != signers.keys_.size())
    return Error{std::to_string(blocks) + " blocks of PEM are not as many different certificates", where,
                 "see that the file is whole, and holds certificates alone, each once"};
  return signers;
}

const PublicKey* Signers::find(const Seal& seal) const {
  const auto found = keys_.find({plain(seal.signer), plain(seal.certificate)});
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace visible_seal
