// What can be told of a site by as much of its file as can be read: for commands that look at a site that runs, while
// its file is being edited, a list is broken, or a variable is missing where they are called.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/site.hpp"
#include "config/tree.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::config {

class ReadablePart {
 public:
  /// Reads the file and what it includes. A file that is no YAML as a whole is read section by section: what is wrong
  /// in one spoils no other. An Error where the file itself cannot be read.
  static Result<ReadablePart> read(const std::filesystem::path& file);

  /// Where the site keeps its Records, and what of subjects; an Error where its section 'journal' cannot be read.
  Result<Journal> journal() const;
  /// Empty name, code 0: the section 'site' does not tell.
  Checkpoint checkpoint() const;

  struct Outputs {
    std::vector<PluginUse> uses;          ///< those that are right; they point into the catalogue
    std::vector<Diagnostic> diagnostics;  ///< what is wrong with the others
    std::vector<std::string> secrets;
  };
  Outputs outputs(const plugin::Catalogue& catalogue) const;
  /// A diagnostic as a terminal shows it.
  std::string shown(const Outputs& outputs) const;

 private:
  ReadablePart() = default;
  void add(const std::filesystem::path& file, std::string text, std::size_t depth);
  void include(const Node& name, std::size_t depth);
  void merge(Node root, std::size_t depth);

  std::vector<Source> sources_;
  std::vector<std::filesystem::path> folders_;  ///< of the sources, absolute
  std::vector<std::string> broken_;             ///< sections that are there and cannot be read
  std::size_t nodes_ = 0;
  Node root_;
};

}  // namespace gatepost::config
