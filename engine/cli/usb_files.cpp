#include "cli/usb_files.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

namespace gatepost::cli {
namespace {

namespace fs = std::filesystem;

struct Name {
  std::string vendor, product, port;
};

bool is_number(std::string_view text) {
  return text.size() == 4 && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return low;
}

std::optional<Name> name_in(std::string_view address) {
  const auto at = address.find("usb:");
  if (at == address.npos || (at > 0 && address[at - 1] != ':')) return {};
  const auto text = address.substr(at + 4);
  if (text.size() < 9 || text[4] != ':' || !is_number(text.substr(0, 4)) || !is_number(text.substr(5, 4))) return {};
  Name name{lower(text.substr(0, 4)), lower(text.substr(5, 4)), {}};
  if (text.size() > 9 && text[9] == '@') {
    const auto port = text.substr(10);
    name.port = port.substr(0, std::min(port.find_first_not_of("0123456789-."), port.size()));
  }
  return name;
}

std::string line_of(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

bool is_opened_by_gates(const std::string& file) {
  const auto begins = [&](std::string_view with) { return file.starts_with(with); };
  return begins("bus/usb/") || begins("hidraw") || begins("tty") || begins("video") || begins("gpiochip") ||
         begins("input/event");
}

void add_files(const fs::path& folder, std::set<fs::path>& files) {
  std::ifstream uevent(folder / "uevent");
  for (std::string line; std::getline(uevent, line);)
    if (line.starts_with("DEVNAME=") && is_opened_by_gates(line.substr(8)))
      files.insert(fs::path("/dev") / line.substr(8));
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure))
    if (std::error_code none; entry->is_directory(none) && !entry->is_symlink(none)) add_files(entry->path(), files);
}

}  // namespace

std::optional<std::vector<fs::path>> usb_files(std::string_view address, const fs::path& sys) {
  const auto name = name_in(address);
  if (!name) return {};
  std::set<fs::path> files;
  std::error_code failure;
  for (fs::directory_iterator entry(sys / "bus/usb/devices", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const fs::path& link = entry->path();
    if (!name->port.empty() && link.filename() != name->port) continue;
    if (line_of(link / "idVendor") != name->vendor || line_of(link / "idProduct") != name->product) continue;
    std::error_code gone;
    if (const auto folder = fs::canonical(link, gone); !gone) add_files(folder, files);
  }
  return std::vector(files.begin(), files.end());
}

}  // namespace gatepost::cli
