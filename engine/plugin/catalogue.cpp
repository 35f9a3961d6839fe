#include "plugin/catalogue.hpp"

#include <algorithm>
#include <boost/dll/runtime_symbol_info.hpp>
#include <cstdlib>

#include "plugin/examine.hpp"
#include "plugin/load.hpp"

namespace gatepost::plugin {
namespace {

namespace fs = std::filesystem;

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
  auto loaded = plugin::load(examined->path(), file.string());
  const int copy = examined->keep();
  const Result<void> taken = loaded ? take(Plugin{loaded->descriptor, file, copy}) : Result<void>(loaded.error());
  if (!taken) refused_.push_back({file, taken.error()});
}

Result<void> Catalogue::add(const Descriptor& descriptor) { return take({&descriptor, {}, -1}); }

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
