// The texts of reason codes in the site's languages.
#pragma once

#include <gatepost/descriptor.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/site.hpp"

namespace gatepost::observe {

class MessageCatalogue {
 public:
  /// languages: the site's, the first one first. texts: those that stand in files; each comes before one that is built
  /// in. The engine's own reasons are known in English and Vietnamese.
  explicit MessageCatalogue(std::vector<std::string> languages, config::Texts texts = {});

  /// Adds a plugin's texts. A code that has a text already keeps it.
  void add(std::span<const ReasonText> texts);

  /// The text in the first of the site's languages that has one, else in English, else the code itself.
  std::string text(std::string_view code) const;

  /// The same in one language; empty where there is none.
  std::string text(std::string_view code, std::string_view language) const;

  /// From now on the site's languages, and the texts in files, are these. Safe while others ask for texts.
  void speak(std::vector<std::string> languages, config::Texts texts = {});

  std::vector<std::string> languages() const;

 private:
  struct Spoken {
    std::vector<std::string> languages;
    config::Texts texts;
  };
  std::shared_ptr<const Spoken> spoken() const;
  std::string text(const Spoken& spoken, std::string_view code, std::string_view language) const;

  mutable std::mutex mutex_;
  std::shared_ptr<const Spoken> spoken_;                                 ///< guarded by the mutex
  std::map<std::pair<std::string, std::string>, std::string> built_in_;  ///< by code and language
};

}  // namespace gatepost::observe
