#include "plugin/catalogue.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <boost/dll/runtime_symbol_info.hpp>
#include <boost/dll/shared_library.hpp>
#include <cstdlib>

#include "plugin/examine.hpp"

namespace gatepost::plugin {
namespace {

namespace fs = std::filesystem;

// What is loaded stays until the program ends: a plugin's libraries may keep things for the whole process (RE2 does),
// which unloading would leak.
constexpr auto load_mode = boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local |
                           static_cast<boost::dll::load_mode::type>(RTLD_NODELETE);

std::vector<fs::path> shared_objects(const fs::path& folder, std::vector<Refused>& refused) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure))
    if (entry->path().extension() == ".so") files.push_back(entry->path());
  if (failure)
    refused.push_back({folder,
                       {"cannot list the plugin folder: " + failure.message(), folder.string(),
                        "check the folder's name and permissions, or GATEPOST_PLUGIN_PATH"}});
  std::sort(files.begin(), files.end());
  return files;
}

std::string name_with_file(const Plugin& plugin) {
  return plugin.file.empty() ? std::string("the program itself") : plugin.file.string();
}

}  // namespace

Catalogue Catalogue::load(std::span<const fs::path> folders) {
  Catalogue catalogue;
  for (const auto& folder : folders)
    for (const auto& file : shared_objects(folder, catalogue.refused_)) catalogue.load_file(file);
  return catalogue;
}

void Catalogue::load_file(const fs::path& file) {
  auto examined = examine(file);
  if (!examined) {
    refused_.push_back({file, examined.error()});
    return;
  }
  boost::dll::fs::error_code failure;
  boost::dll::shared_library object(examined->path(), load_mode, failure);
  if (failure) {
    refused_.push_back(
        {file,
         {"cannot be loaded: " + failure.message(), file.string(), "run ldd on it for libraries that are missing"}});
    return;
  }
  examined->keep();
  const Descriptor& descriptor = object.get<const Descriptor>(descriptor_symbol);
  Result<void> taken = agrees(descriptor, file.string());
  if (taken) taken = take({&descriptor, file});
  if (!taken) {
    refused_.push_back({file, taken.error()});
    return;
  }
  loaded_.push_back(std::make_shared<boost::dll::shared_library>(std::move(object)));
}

Result<void> Catalogue::add(const Descriptor& descriptor) { return take({&descriptor, {}}); }

Result<void> Catalogue::take(Plugin plugin) {
  if (const Plugin* other = find(plugin.descriptor->name))
    return Error{
        std::string("the name '") + plugin.descriptor->name + "' is already taken by " + name_with_file(*other),
        name_with_file(plugin), "remove one of the two files"};
  plugins_.push_back(std::move(plugin));
  return {};
}

const Plugin* Catalogue::find(std::string_view name) const {
  auto found = std::ranges::find_if(plugins_, [&](const Plugin& plugin) { return plugin.descriptor->name == name; });
  return found == plugins_.end() ? nullptr : &*found;
}

std::vector<fs::path> search_path() {
  std::vector<fs::path> folders;
  if (const char* listed = std::getenv("GATEPOST_PLUGIN_PATH")) {
    std::string_view rest = listed;
    while (!rest.empty()) {
      const auto colon = rest.find(':');
      if (auto folder = rest.substr(0, colon); !folder.empty()) folders.emplace_back(folder);
      rest.remove_prefix(colon == rest.npos ? rest.size() : colon + 1);
    }
    return folders;
  }
  const fs::path program(boost::dll::program_location().string());
  return {(program.parent_path() / GATEPOST_PLUGINS_FROM_BIN).lexically_normal()};
}

}  // namespace gatepost::plugin
