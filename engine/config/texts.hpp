// Texts of verdicts that stand in files, one file a language: km.yaml holds `CODE: text`, a line for each reason code.
//
// A language's file is looked for in the folder that the site names (`texts`) and in the folder that was installed; the
// site's own comes first, and what stands in either comes before what is built in.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/site.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::config {

/// A longer text fits on no screen at a gate.
inline constexpr std::size_t longest_text = 200;  // characters

/// Whether the word names a language as files and sites do: two small letters of ISO 639-1.
bool is_language(std::string_view word);

/// The folder of the texts that were installed, found from where this program lies.
std::filesystem::path installed_texts();

/// A file of texts, read as far as it is right.
struct TextFile {
  std::vector<Source>
      sources;        ///< the file, where it can be read; Place::file of the diagnostics counts on from `number`
  TextsByCode texts;  ///< but for empty ones
  std::vector<Diagnostic> diagnostics;
};

/// `known`: the codes that there are; another one is a warning. Empty: any may be.
TextFile read_text_file(const std::filesystem::path& file, std::size_t number, std::span<const std::string> known);

/// What a site says of its texts, and where.
struct TextsAsked {
  struct Language {
    std::string name;
    Place place;
  };
  std::vector<Language> languages{};
  std::filesystem::path folder{};  ///< empty: the site has none
  Place folder_place{};
  std::filesystem::path installed{};
};

/// Reads the files of the site's languages into Site::texts. What is wrong in the site's own folder is an error, in the
/// installed one a warning: a site's owner did not write that. `sources` gets the files.
void read_texts(const TextsAsked& asked, const plugin::Catalogue& catalogue, Site& site, std::vector<Source>& sources,
                Diagnostics& diagnostics);

}  // namespace gatepost::config
