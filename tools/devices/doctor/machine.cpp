#include "devices/doctor/machine.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>

namespace gatepost::doctor {

namespace fs = std::filesystem;

std::string Machine::line_of(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::optional<int> Machine::runs(std::string_view name) const {
  std::error_code failure;
  for (fs::directory_iterator entry(proc(), failure), end; !failure && entry != end; entry.increment(failure)) {
    const std::string number = entry->path().filename().string();
    if (number.find_first_not_of("0123456789") == number.npos && line_of(entry->path() / "comm") == name)
      return std::atoi(number.c_str());
  }
  return {};
}

// udev(7): the database has a file for each device that has a number: c189:5.
std::optional<std::vector<std::string>> Machine::udev_notes(const fs::path& folder) const {
  std::ifstream notes(root / "run/udev/data" / ("c" + line_of(folder / "dev")));
  if (!notes) return {};
  std::vector<std::string> all;
  for (std::string line; std::getline(notes, line);)
    if (line.starts_with("E:")) all.push_back(line.substr(2));
  return all;
}

bool Machine::has_rules(std::string_view name) const {
  constexpr std::array places{"etc/udev/rules.d", "run/udev/rules.d", "usr/local/lib/udev/rules.d",
                              "usr/lib/udev/rules.d", "lib/udev/rules.d"};
  return std::ranges::any_of(places, [&](const char* place) {
    std::error_code failure;
    return fs::exists(root / place / name, failure);
  });
}

std::string Machine::kernel() const { return line_of(proc() / "sys/kernel/osrelease"); }

}  // namespace gatepost::doctor
