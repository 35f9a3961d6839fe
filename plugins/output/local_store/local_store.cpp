// Records in a file of their own on this machine, counted.
#include <fstream>
#include <iterator>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/crypto.hpp>
#include <gatepost/support/files.hpp>

#include "count.hpp"
#include "store.hpp"

namespace {

using gatepost::Error;
using gatepost::Result;

enum class Subject : std::uint8_t { clear, hash, none };
constexpr auto setting_names(Subject) {
  return std::array{gatepost::Choice{"clear", Subject::clear}, gatepost::Choice{"hash", Subject::hash},
                    gatepost::Choice{"none", Subject::none}};
}

struct Settings {
  std::filesystem::path file{};
  std::chrono::hours keep{400 * 24};
  Subject subject = Subject::clear;
  std::filesystem::path hash_key{};
};

Result<std::string> read_key(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Error{"cannot read the key", file.string(), "let this user read it, or set another hash_key"};
  std::string key;
  for (char byte{}; key.size() < 4096 && stream.get(byte);) key += byte;
  if (const auto mark = gatepost::support::mark_of_an_editor(key))
    return Error{"the key " + *mark + ", which is no part of it", file.string(), "save it as UTF-8 without BOM"};
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.pop_back();
  if (key.size() < 16) return Error{"the key has fewer than 16 bytes", file.string(), "make one: openssl rand -hex 32"};
  return {boost::system::in_place_value, std::move(key)};
}

local_store::Veil veil_of(Subject subject, std::string key) {
  if (subject == Subject::clear) return [](const std::string& text) { return text; };
  if (subject == Subject::none) return [](const std::string&) { return std::string(); };
  return [key = std::move(key)](const std::string& text) {
    return text.empty() ? std::string() : gatepost::support::hexadecimal(gatepost::support::hmac_sha256(key, text));
  };
}

class LocalStore final : public gatepost::Sink {
 public:
  static Result<void> check(const Settings& settings) {
    if (settings.subject == Subject::hash && settings.hash_key.empty())
      return Error{"subject: hash needs a key", "hash_key", "make one with `openssl rand -hex 32` and name its file"};
    return {};
  }

  static Result<std::unique_ptr<LocalStore>> make(Settings settings, const gatepost::Instance&) {
    std::string key;
    if (settings.subject == Subject::hash) {
      auto read = read_key(settings.hash_key);
      if (!read) return read.error();
      key = std::move(*read);
    }
    return std::unique_ptr<LocalStore>(new LocalStore(std::move(settings), std::move(key)));
  }

  gatepost::Delivery deliver(std::span<const gatepost::Record> batch, std::stop_token stop) override {
    if (auto opened = open(stop); !opened) return {0, opened.error(), false};
    const auto taken = store_->take(batch, stop);
    if (taken) return {*taken, {}, false};
    store_.reset();  // the next call looks at the file anew
    return {0, taken.error(), false};
  }

  // No file is made to say that it holds nothing.
  Result<std::optional<gatepost::Held>> newest(std::uint64_t site, const std::stop_token& stop) override {
    std::error_code failed;
    if (!std::filesystem::exists(settings_.file, failed)) return std::optional<gatepost::Held>();
    if (auto opened = open(stop); !opened) return opened.error();
    auto held = store_->newest(site);
    if (!held) store_.reset();
    return held;
  }

  Result<std::vector<gatepost::Count>> counts(gatepost::WallTime now) override {
    return local_store::count(settings_.file, now);
  }

 private:
  Result<void> open(const std::stop_token& stop) {
    if (store_) return {};
    auto opened = local_store::Store::open(settings_.file, veil_, settings_.keep, stop);
    if (!opened) return opened.error();
    store_.emplace(std::move(*opened));
    return {};
  }

  LocalStore(Settings settings, std::string key)
      : settings_(std::move(settings)), veil_(veil_of(settings_.subject, std::move(key))) {}

  Settings settings_;
  local_store::Veil veil_;
  std::optional<local_store::Store> store_;
};

using namespace std::chrono_literals;

constexpr auto table = gatepost::settings(
    gatepost::field("file", &Settings::file, "where the Records are kept; made when the first one comes").required(),
    gatepost::field("keep", &Settings::keep, "Records older than this, seen from the newest ones, leave")
        .between(31 * 24h, 36500 * 24h),
    gatepost::field("subject", &Settings::subject,
                    "what is stored of who it was: the subject itself, its HMAC-SHA-256, or nothing"),
    gatepost::field("hash_key", &Settings::hash_key, "file with the key of subject: hash, 16 bytes or more"));

}  // namespace

GATEPOST_SINK("local_store", "Records in a SQLite file on this machine, with counts", table, LocalStore)
