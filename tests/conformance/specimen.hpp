// The plugin under test, and the values to build its objects with.
#pragma once

#include <filesystem>
#include <gatepost/descriptor.hpp>
#include <map>
#include <string>
#include <vector>

#include "plugin/catalogue.hpp"

namespace gatepost::conformance {

struct Specimen {
  std::filesystem::path file;
  plugin::Catalogue catalogue;
  const Descriptor* descriptor = nullptr;    ///< null: the engine refused it
  std::map<std::string, std::string> given;  ///< --set KEY=VALUE
};

/// Loads the one file, through a folder of its own as the engine would.
Specimen load(const std::filesystem::path& file, std::map<std::string, std::string> given);

/// The defaults with what was given written over; of the right types, as the engine guarantees.
std::vector<Value> values_of(const Specimen& of);

/// A value of the same type as `field` that a careless or hostile person would write; `which` counts through them.
/// Nothing when `which` is beyond the last.
std::optional<Value> hostile_value(const FieldInfo& field, std::size_t which);

/// The one that this run is about.
extern Specimen* specimen;

/// Expects an Error to have what, where and remedy, and to be the plugin's own word.
void expect_helpful(const Error& error);

/// Entries of a folder: of /proc/self/fd, how many files are open.
std::size_t entries_of(const char* folder);

/// Lines of a command's standard output.
std::vector<std::string> output_of(const std::string& command);

}  // namespace gatepost::conformance
