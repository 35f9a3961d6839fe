#include "observe/message_catalogue.hpp"

#include "config/reasons.hpp"

namespace gatepost::observe {

MessageCatalogue::MessageCatalogue(std::vector<std::string> languages, config::Texts texts) {
  speak(std::move(languages), std::move(texts));
  add(config::engine_reasons());
}

void MessageCatalogue::speak(std::vector<std::string> languages, config::Texts texts) {
  auto spoken = std::make_shared<const Spoken>(Spoken{std::move(languages), std::move(texts)});
  const std::scoped_lock lock(mutex_);
  spoken_ = std::move(spoken);
}

std::shared_ptr<const MessageCatalogue::Spoken> MessageCatalogue::spoken() const {
  const std::scoped_lock lock(mutex_);
  return spoken_;
}

std::vector<std::string> MessageCatalogue::languages() const { return spoken()->languages; }

void MessageCatalogue::add(std::span<const ReasonText> texts) {
  for (const auto& [code, language, text] : texts) built_in_.try_emplace({code, language}, text);
}

std::string MessageCatalogue::text(const Spoken& spoken, std::string_view code, std::string_view language) const {
  if (const auto file = spoken.texts.find(language); file != spoken.texts.end())
    if (const auto found = file->second.find(code); found != file->second.end()) return found->second;
  const auto found = built_in_.find({std::string(code), std::string(language)});
  return found == built_in_.end() ? std::string() : found->second;
}

std::string MessageCatalogue::text(std::string_view code, std::string_view language) const {
  return text(*spoken(), code, language);
}

std::string MessageCatalogue::text(std::string_view code) const {
  const auto now = spoken();
  for (const auto& language : now->languages)
    if (auto found = text(*now, code, language); !found.empty()) return found;
  auto english = text(*now, code, "en");
  return english.empty() ? std::string(code) : english;
}

}  // namespace gatepost::observe
