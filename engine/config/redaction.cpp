#include "config/redaction.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "config/values.hpp"

namespace gatepost::config {
namespace {

constexpr std::size_t short_secret = 4;  // of fewer characters it is part of many a word that has nothing of it
constexpr std::string_view blot = "***";

bool is_of_a_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool stands_alone(const std::string& text, std::size_t at, std::size_t size) {
  return (at == 0 || !is_of_a_word(text[at - 1])) && (at + size == text.size() || !is_of_a_word(text[at + size]));
}

}  // namespace

Redaction::Redaction(const PluginUse& use) {
  const auto fields = use.plugin->settings();
  for (std::size_t i = 0; i < use.values.size() && i < use.hidden.size(); ++i) {
    const bool is_choice = i < fields.size() && !fields[i].choices.empty();  // a word of the plugin's own
    if (!use.hidden[i] || is_choice) continue;
    const Value& value = use.values[i];
    if (std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value)) hide(to_yaml(value));
    if (const auto* text = std::get_if<std::string>(&value)) hide_address(*text);
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value))
      for (const auto& text : *texts) hide_address(text);
    if (const auto* path = std::get_if<std::filesystem::path>(&value)) {
      hide(path->string());
      hide(path->filename().string());
    }
  }
  std::ranges::sort(hidden_, [](const auto& one, const auto& other) { return one.size() > other.size(); });
}

void Redaction::hide(const std::string& text) {
  if (!text.empty()) hidden_.push_back(text);
}

// SCHEME://HOST:PORT/PATH?QUERY or SCHEME:REST?QUERY
void Redaction::hide_address(const std::string& text) {
  hide(text);
  const auto query = text.find('?');
  if (query != std::string::npos) hide(text.substr(query + 1));
  const std::string bare = text.substr(0, query);
  hide(bare);
  const auto colon = bare.find(':');
  if (colon == std::string::npos) return;
  const auto slashes = bare.find("://");
  if (slashes == std::string::npos) return hide(bare.substr(colon + 1));
  const std::string rest = bare.substr(slashes + 3);
  const auto path = rest.find('/');
  const std::string authority = rest.substr(0, path);
  hide(authority);
  hide(authority.substr(0, authority.rfind(':')));
  if (path != std::string::npos) hide(rest.substr(path));
}

std::string Redaction::operator()(std::string text) const {
  for (const auto& secret : hidden_)
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      const bool is_it = secret.size() >= short_secret || stands_alone(text, at, secret.size());
      if (is_it) text.replace(at, secret.size(), blot);
      at += is_it ? blot.size() : 1;
    }
  return text;
}

Error Redaction::operator()(Error error) const {
  if (empty()) return error;
  error.what = (*this)(std::move(error.what));
  error.where = (*this)(std::move(error.where));
  error.remedy = (*this)(std::move(error.remedy));
  return error;
}

}  // namespace gatepost::config
