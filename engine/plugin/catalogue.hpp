// The plugins that this process has, by name.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/descriptor.hpp>

namespace gatepost::plugin {

struct Plugin {
  const Descriptor* descriptor;
  std::filesystem::path file;  ///< empty for one that is part of the program (tests)
  int copy = -1;               ///< the bytes that were examined and loaded, open as long as the process (PrivateCopy)
};

/// A file that lay where plugins lie and was not taken.
struct Refused {
  std::filesystem::path file;
  Error why;
};

/// Owns the shared objects; a loaded one stays until the process ends. Not changed once a Site runs.
class Catalogue {
 public:
  /// Loads every *.so of the folders, in their order, by name within each. What is refused hinders nothing else.
  static Catalogue load(std::span<const std::filesystem::path> folders);

  /// Takes a descriptor that is part of the program. An Error when its name is taken.
  Result<void> add(const Descriptor& descriptor);

  /// The plugin of that name, of whatever kind, or null.
  const Plugin* find(std::string_view name) const;

  std::span<const Plugin> plugins() const { return plugins_; }
  std::span<const Refused> refused() const { return refused_; }

 private:
  void load_file(const std::filesystem::path& file);
  Result<void> take(Plugin plugin);

  std::vector<Plugin> plugins_;
  std::vector<Refused> refused_;
};

/// The folders of GATEPOST_PLUGIN_PATH (separated by colons); where it is not set, the installed folder, found from
/// where this program lies.
std::vector<std::filesystem::path> search_path();

}  // namespace gatepost::plugin
