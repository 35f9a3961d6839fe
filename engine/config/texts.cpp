#include "config/texts.hpp"

#include <algorithm>
#include <cctype>

#include "config/reasons.hpp"
#include "config/suggest.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_looked_at = 1000;  // files of a folder
constexpr std::size_t most_named = 5;

bool is_there(const fs::path& file) {
  std::error_code failure;
  return fs::exists(fs::symlink_status(file, failure));
}

class Files {
 public:
  Files(const TextsAsked& asked, const plugin::Catalogue& catalogue, Site& site, std::vector<Source>& sources,
        Diagnostics& diagnostics)
      : asked_(asked), site_(site), sources_(sources), diagnostics_(diagnostics) {
    for (auto& reason : reasons_of(descriptors_of(catalogue))) known_.push_back(std::move(reason.code));
    // A policy that denies without a reason has its name for one.
    for (const auto& use : site.policies) known_.push_back(use.instance.name);
    std::vector<const Descriptor*> used;
    for (const auto* uses : {&site.credentials, &site.policies})
      for (const auto& use : *uses) used.push_back(use.plugin);
    given_ = reasons_of(used);
  }

  void read() {
    if (!asked_.folder.empty()) look_at_folder();
    for (const auto& language : asked_.languages) {
      if (diagnostics_.full()) return;
      if (!site_.texts.contains(language.name)) read(language);
    }
  }

 private:
  void look_at_folder() {
    std::error_code failure;
    if (!fs::is_directory(asked_.folder, failure))
      return diagnostics_.error(asked_.folder_place, "'" + shown_path(asked_.folder.string()) + "' is not a folder",
                                "a folder with a file for each language, such as km.yaml",
                                "make it, or remove 'texts'");
    std::vector<std::string> strange;
    std::size_t looked_at = 0;
    for (fs::directory_iterator entry(asked_.folder, failure), end; !failure && entry != end; entry.increment(failure))
      if (++looked_at > most_looked_at)
        break;
      else if (is_misnamed(entry->path()))
        strange.push_back(entry->path().filename().string());
    std::ranges::sort(strange);
    for (const auto& name : strange)
      diagnostics_.warning(asked_.folder_place, "'" + shown(name) + "' holds texts of no language, and is not read",
                           "call it by the language's two letters of ISO 639-1, such as km.yaml");
  }

  // It ends as a file of texts does, and would be passed over.
  static bool is_misnamed(const fs::path& file) {
    std::string ending = file.extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool is_text = ending == ".yaml" || ending == ".yml";
    return is_text && !(file.extension() == ".yaml" && is_language(file.stem().string()));
  }

  void read(const TextsAsked::Language& language) {
    const std::string name = language.name + ".yaml";
    const bool has_own = !asked_.folder.empty() && is_there(asked_.folder / name);
    const bool has_installed = is_there(asked_.installed / name);
    if (has_own) take(asked_.folder / name, language.name, Severity::error);
    if (has_installed) take(asked_.installed / name, language.name, Severity::warning);
    if (has_own || has_installed)
      tell_what_lacks(language);
    else if (std::ranges::find(engine_languages, language.name) == engine_languages.end())
      tell_of_no_file(language);
  }

  // The file that is read first has the say.
  void take(const fs::path& file, const std::string& language, Severity severity) {
    const bool is_own = severity == Severity::error;
    auto found = read_text_file(file, sources_.size(),
                                is_own ? std::span<const std::string>(known_) : std::span<const std::string>());
    std::ranges::move(found.sources, std::back_inserter(sources_));
    for (auto& one : found.diagnostics) {
      if (one.severity == Severity::error && is_own)
        diagnostics_.error(one.place, one.what, one.expected, one.remedy);
      else
        diagnostics_.warning(one.place, one.what, one.remedy);
    }
    site_.texts[language].merge(found.texts);
  }

  void tell_of_no_file(const TextsAsked::Language& language) {
    const std::string place = asked_.folder.empty() ? "the folder that 'texts' names" : "the folder 'texts'";
    diagnostics_.warning(
        language.place, "there are no texts in '" + language.name + "'; what no plugin tells in it is told in English",
        "put " + language.name + ".yaml into " + place + " (gatepost texts prints one to translate), or choose " +
            any_of({engine_languages.begin(), engine_languages.end()}));
  }

  // Of what this site can give.
  void tell_what_lacks(const TextsAsked::Language& language) {
    const auto& texts = site_.texts[language.name];
    std::string named;
    std::size_t lacking = 0;
    for (const auto& reason : given_) {
      if (texts.contains(reason.code) || reason.is_told_in(language.name)) continue;
      if (++lacking <= most_named) named += (named.empty() ? "" : ", ") + reason.code;
    }
    if (lacking == 0) return;
    if (lacking > most_named) named += ", …";
    diagnostics_.warning(language.place,
                         std::to_string(lacking) + " of " + std::to_string(given_.size()) +
                             " reasons have no text in '" + language.name + "', and fall back to English: " + named,
                         "gatepost texts --file " + language.name + ".yaml prints the file with what it lacks");
  }

  const TextsAsked& asked_;
  Site& site_;
  std::vector<Source>& sources_;
  Diagnostics& diagnostics_;
  std::vector<std::string> known_;
  std::vector<Reason> given_;
};

}  // namespace

void read_texts(const TextsAsked& asked, const plugin::Catalogue& catalogue, Site& site, std::vector<Source>& sources,
                Diagnostics& diagnostics) {
  Files(asked, catalogue, site, sources, diagnostics).read();
}

}  // namespace gatepost::config
