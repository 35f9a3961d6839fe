#include "cli/machine_sites.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>

#include "config/readable_part.hpp"

namespace gatepost::cli {
namespace {

namespace fs = std::filesystem;

struct CodedSite {
  std::uint64_t code = 0;
  fs::path file;
};

struct MachineSites {
  std::vector<CodedSite> coded{};      ///< a fragment that several sites share has no code
  std::vector<fs::path> unreadable{};  ///< may have any
};

Result<MachineSites> sites_here() {
  const fs::path folder = sites_folder();
  std::error_code failure;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure))
    if (entry->path().extension() == ".yaml") files.push_back(entry->path());
  if (failure)
    return Error{"cannot be looked through: " + failure.message(), folder.string(),
                 failure == std::errc::permission_denied ? "use sudo, or name the site file" : "name the site file"};
  std::ranges::sort(files);
  MachineSites found;
  for (const fs::path& file : files) {
    const auto part = config::ReadablePart::read(file);
    if (!part) {
      found.unreadable.push_back(file);
    } else if (const auto code = part->checkpoint().code; code != 0) {
      found.coded.push_back({code, file});
    }
  }
  return found;
}

std::vector<fs::path> with_code(const MachineSites& sites, std::uint64_t code) {
  std::vector<fs::path> found;
  for (const CodedSite& site : sites.coded)
    if (site.code == code) found.push_back(site.file);
  return found;
}

std::string listed(const auto& all, const auto& text_of) {
  std::string text;
  for (const auto& one : all) text.append(text.empty() ? "" : ", ").append(text_of(one));
  return text;
}

std::string listed(const std::vector<fs::path>& files) {
  return listed(files, [](const fs::path& file) { return file.string(); });
}

}  // namespace

fs::path sites_folder() {
  const char* other = std::getenv("GATEPOST_SITES");
  return other != nullptr && *other != '\0' ? fs::path(other) : fs::path("/etc/gatepost");
}

std::optional<std::uint64_t> checkpoint_code(std::string_view text) {
  std::uint64_t code = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), code);
  const bool is_code = failed == std::errc() && end == text.data() + text.size() && code > 0;
  return is_code ? std::optional(code) : std::nullopt;
}

Result<fs::path> site_of_code(std::uint64_t code) {
  const auto sites = sites_here();
  if (!sites) return sites.error();
  const auto found = with_code(*sites, code);
  if (found.size() == 1 && sites->unreadable.empty()) return found[0];
  const std::string name = std::to_string(code);
  if (found.size() > 1)
    return Error{"several sites have the code " + name + ": " + listed(found), sites_folder().string(),
                 "a code is unique: give all but one of them another"};
  if (!sites->unreadable.empty())
    return Error{"one of these may have the code " + name + " and cannot be read: " + listed(sites->unreadable),
                 sites_folder().string(), "use sudo, or name the site file"};
  const auto codes = listed(sites->coded, [](const CodedSite& site) { return std::to_string(site.code); });
  return Error{"no site of this machine has the code " + name, sites_folder().string(),
               codes.empty() ? "name the site file" : "the codes here are " + codes};
}

Result<fs::path> only_site() {
  const auto sites = sites_here();
  if (!sites) return sites.error();
  if (sites->coded.size() == 1) return sites->coded[0].file;
  if (sites->coded.empty())
    return Error{"there is no site file", sites_folder().string(), "name the site before the code"};
  const auto all = listed(sites->coded, [](const CodedSite& site) { return site.file.string(); });
  return Error{"there are several sites: " + all, sites_folder().string(), "name the site before the code"};
}

std::vector<fs::path> sites_with_the_code_of(const fs::path& file) {
  std::error_code failure;
  const fs::path mine = fs::canonical(file, failure);
  if (failure || mine.parent_path() != fs::weakly_canonical(sites_folder(), failure)) return {};
  const auto part = config::ReadablePart::read(mine);
  const auto sites = sites_here();
  if (!part || !sites || part->checkpoint().code == 0) return {};
  auto found = with_code(*sites, part->checkpoint().code);
  std::erase_if(found, [&](const fs::path& one) { return fs::equivalent(one, mine, failure); });
  return found;
}

}  // namespace gatepost::cli
