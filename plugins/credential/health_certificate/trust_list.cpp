#include "trust_list.hpp"

#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/json.hpp>
#include <gatepost/support/base64.hpp>
#include <gatepost/support/files.hpp>
#include <gatepost/support/openssl.hpp>
#include <memory>
#include <utility>

namespace health_certificate {
namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::Base64;
using gatepost::support::base64_decode;
using gatepost::support::CertificatePtr;
using gatepost::support::Freed;
using gatepost::support::PublicKey;

constexpr std::size_t largest_file = 64 << 20;

using UsagePtr = std::unique_ptr<EXTENDED_KEY_USAGE, Freed<EXTENDED_KEY_USAGE_free>>;

// hcert_spec.md, 4.1, with the spelling that most certificates have: an arc 0 too many.
constexpr std::array usages{std::pair{"1.3.6.1.4.1.1847.2021.1.1", Kind::test},
                            std::pair{"1.3.6.1.4.1.1847.2021.1.2", Kind::vaccination},
                            std::pair{"1.3.6.1.4.1.1847.2021.1.3", Kind::recovery},
                            std::pair{"1.3.6.1.4.1.0.1847.2021.1.1", Kind::test},
                            std::pair{"1.3.6.1.4.1.0.1847.2021.1.2", Kind::vaccination},
                            std::pair{"1.3.6.1.4.1.0.1847.2021.1.3", Kind::recovery}};

void limit(Signer& signer, Kind kind) {
  signer.limited = true;
  (kind == Kind::vaccination ? signer.vaccination : kind == Kind::test ? signer.test : signer.recovery) = true;
}

void limit_by_usage(Signer& signer, const X509* certificate) {
  const UsagePtr list(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  for (int i = 0; list != nullptr && i < sk_ASN1_OBJECT_num(list.get()); ++i) {
    std::array<char, 80> name{};
    OBJ_obj2txt(name.data(), static_cast<int>(name.size()), sk_ASN1_OBJECT_value(list.get(), i), 1);
    for (const auto& [usage, kind] : usages)
      if (std::string_view(name.data()) == usage) limit(signer, kind);
  }
}

std::string country_of(const X509* certificate) {
  std::array<char, 8> country{};
  const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_countryName, country.data(),
                                               static_cast<int>(country.size()));
  return length > 0 ? std::string(country.data()) : std::string("no country");
}

Error bad_entry(const std::string& what, const std::string& where) {
  return {what, where, "see that the file is whole, and take the list from its issuer again"};
}

std::string text_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

const boost::json::array* list_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

Result<void> add_keys(TrustList& list, const boost::json::object& issuer, const std::string& where) {
  const std::string name = text_at(issuer, "iss");
  const auto* keys = list_at(issuer, "keys");
  if (name.empty() || keys == nullptr) return bad_entry("an issuer needs iss and keys", where);
  for (const auto& entry : *keys) {
    const auto* jwk = entry.if_object();
    const std::string id = jwk == nullptr ? std::string() : text_at(*jwk, "kid");
    const auto x = jwk == nullptr ? std::nullopt : base64_decode(text_at(*jwk, "x"), Base64::url);
    const auto y = jwk == nullptr ? std::nullopt : base64_decode(text_at(*jwk, "y"), Base64::url);
    const auto key = x && y ? PublicKey::of_p256(*x, *y) : Result<PublicKey>(Error{"no key", {}, {}});
    if (!key || id.empty()) return bad_entry("a key of issuer " + name + " is no P-256 key with a kid", where);
    list.add_issuer_key(name, id, *key);
  }
  return {};
}

Result<TrustList> parse_json(std::string_view text, const std::string& where) {
  boost::system::error_code failure;
  const auto json = boost::json::parse(text, failure);
  if (failure || !json.is_object()) return bad_entry("it is neither PEM nor a JSON object", where);
  TrustList list;
  if (const auto* certificates = list_at(json.get_object(), "certificates"))
    for (std::size_t i = 0; i < certificates->size(); ++i) {
      const auto* entry = (*certificates)[i].if_object();
      const auto der = entry == nullptr ? std::nullopt : base64_decode(text_at(*entry, "rawData"), Base64::standard);
      if (!der || !list.add_certificate(*der))
        return bad_entry("entry " + std::to_string(i + 1) + " of certificates is none", where);
    }
  if (const auto* issuers = list_at(json.get_object(), "issuers"))
    for (const auto& issuer : *issuers) {
      if (!issuer.is_object()) return bad_entry("an issuer needs iss and keys", where);
      if (auto added = add_keys(list, issuer.get_object(), where); !added) return added.error();
    }
  return list;
}

Result<TrustList> parse_pem(std::string_view text, const std::string& where) {
  TrustList list;
  const std::unique_ptr<BIO, Freed<BIO_free_all>> reader(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  while (PEM_read_bio(reader.get(), &name, &header, &data, &size) == 1) {
    const std::string kind = name, der(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    if (kind != PEM_STRING_X509 || !list.add_certificate(der))
      return bad_entry("block " + std::to_string(list.size() + 1) + " is no certificate", where);
  }
  return list;
}

}  // namespace

bool Signer::may_sign(Kind kind) const {
  if (!limited) return true;
  return kind == Kind::vaccination ? vaccination : kind == Kind::test ? test : recovery;
}

Result<TrustList> TrustList::read(const std::filesystem::path& file) {
  const auto text = gatepost::support::read_file(file, largest_file);
  if (!text) return text.error();
  return parse(*text, file.string());
}

Result<TrustList> TrustList::parse(std::string_view text, const std::string& where) {
  const bool is_pem = text.find("-----BEGIN ") != std::string_view::npos;
  auto list = is_pem ? parse_pem(text, where) : parse_json(text, where);
  if (list && list->size() == 0) return bad_entry("there is nobody in it to be trusted", where);
  return list;
}

Result<void> TrustList::add_certificate(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  const auto key = PublicKey::of_certificate(der);
  if (!key) return key.error();
  if (certificate == nullptr) return Error{"it is no X.509 certificate", {}, "take another"};
  Signer signer{*key, country_of(certificate.get())};
  limit_by_usage(signer, certificate.get());
  const auto digest = gatepost::support::sha256(der);
  certificates_.emplace(std::string(reinterpret_cast<const char*>(digest.data()), 8), std::move(signer));
  return {};
}

void TrustList::add_issuer_key(const std::string& issuer, const std::string& key_id, PublicKey key) {
  issuer_keys_.emplace(key_id, Signer{std::move(key), issuer});
}

namespace {
std::vector<const Signer*> all_at(const std::multimap<std::string, Signer>& signers, const std::string& id) {
  std::vector<const Signer*> found;
  for (auto [at, end] = signers.equal_range(id); at != end; ++at) found.push_back(&at->second);
  return found;
}
}  // namespace

std::vector<const Signer*> TrustList::certificates(const std::string& key_id) const {
  return all_at(certificates_, key_id);
}

std::vector<const Signer*> TrustList::issuer_keys(const std::string& key_id) const {
  return all_at(issuer_keys_, key_id);
}

}  // namespace health_certificate
