// What the readers of a site file's sections share.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/actuator.hpp>
#include <gatepost/credential.hpp>
#include <gatepost/device_need.hpp>
#include <gatepost/settings.hpp>

#include "config/no_scans.hpp"
#include "config/site.hpp"
#include "config/tree.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::config {

/// That an object of the site opens a device when it runs.
struct Opening {
  DeviceNeed need;
  std::string who;    ///< the object's name
  std::string shown;  ///< the device, unless it is a secret of the site
  Place place;        ///< of the setting that names the device
};

struct Reader {
  const plugin::Catalogue& catalogue;
  std::span<const Source> sources;
  std::vector<std::filesystem::path> folders;  ///< of the sources, absolute
  Diagnostics& diagnostics;
  std::vector<std::string>& secrets;
  std::map<std::string, std::string, std::less<>>& tags;  ///< see Site::tags
  std::filesystem::path plugin_data{};  ///< where the data folders of plugin objects are; empty: not known
  std::vector<Opening> openings{};

  /// Where relative paths begin that stand at that place.
  const std::filesystem::path& folder(Place place) const { return folders[place.file]; }
};

/// A group of keys and the table that it is read by.
struct Group {
  const Node& node;
  Place place;        ///< of the group's name
  std::string title;  ///< for messages: "journal", "device 'entry_gun' (plugin 'serial')"
  std::string path;   ///< in Site::tags: "journal", "devices.entry_gun"
  std::span<const FieldInfo> fields;
  std::vector<std::string_view> other_keys{};  ///< allowed, and read by somebody else
};

/// The values of the group in table order, with the defaults where it says nothing; or nothing, and diagnostics. A
/// misspelt required key is one diagnostic, not two.
std::optional<std::vector<Value>> read_group(Reader& reader, const Group& group);

/// Keys and what they hold, a diagnostic when the node is something else. Nothing at all counts as empty.
bool is_group(Reader& reader, const Node& node, Place place, std::string_view title);

/// Names of devices, lanes and the like: 1 to 64 of a-z, 0-9 and _. A diagnostic when this is none.
bool is_name(Reader& reader, const Entry& entry, std::string_view what);

/// One entry of devices, credentials, policies, outputs or services, good or not, so that a lane's reference to a bad
/// one is not a second error.
struct Declared {
  Place place;
  std::optional<PluginKind> kind;  ///< nothing when its plugin is unknown
  bool used = false;
  bool tells_of_alarms = false;
  std::shared_ptr<const Actuator> actuator{};        ///< as it was built to be checked
  std::shared_ptr<const CredentialFormat> format{};  ///< the same
  NoScans no_scans{};                                ///< of an input: what it may send that is no scan
  bool needs_subject = false;                        ///< a policy that tells people apart
  Duration horizon{};                                ///< of one: how old Records it learns from
};
using DeclaredNames = std::map<std::string, Declared, std::less<>>;

/// A section whose entries use plugins, and the kinds of plugin that belong there.
struct Section {
  std::string_view name;      ///< "devices"
  std::string_view singular;  ///< "device"
  std::vector<PluginKind> kinds;
};

/// The sections in the order of the site file.
std::span<const Section> plugin_sections();

/// Reads one such section; `uses` gets the entries that are right, `declared` all of them.
void read_plugin_uses(Reader& reader, const Section& section, const Node& node, std::vector<PluginUse>& uses,
                      DeclaredNames& declared);

/// Everything that a lane may name.
struct Names {
  DeclaredNames devices, credentials, policies, outputs, services;
  std::map<std::string, Place, std::less<>> lanes{};
};

/// A lane that leads into a zone, and where the site file says so.
struct ZoneUse {
  std::string zone, lane;
  Place place;
};

/// A zone that one lane names, and that is nearly another one's name, is probably a slip: a warning.
void check_zones(Reader& reader, std::span<const ZoneUse> uses);

/// A section without entries is refused where `needed`.
void read_lanes(Reader& reader, const Entry& section, bool needed, Names& names, std::vector<Lane>& lanes);

/// Of a lane that is read: whether its inputs that ask in or out can tell what they are answered.
void check_asking(Reader& reader, const Entry& entry, const Names& names, const Lane& lane);

/// The section `tests`: scans, each with what must come of it.
void read_site_tests(Reader& reader, const Entry& section, std::span<const Lane> lanes, std::vector<SiteTest>& tests);

/// Where two objects of the site want one device; an Error where only one can have it.
void check_shared_devices(Reader& reader);

/// What a service's plugin asks for and the site allows agree; else diagnostics.
void check_service(Reader& reader, const Entry& entry, const PluginUse& use);

}  // namespace gatepost::config
