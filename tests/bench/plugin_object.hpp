// What the benches of plugins share: the built plugins, made with a few settings, and figures about this process.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "plugin/catalogue.hpp"

namespace bench {

inline const gatepost::Descriptor& plugin(const std::string& name) {
  const std::vector folders{std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() /
                            "lib/gatepost/plugins"};
  static const auto catalogue = gatepost::plugin::Catalogue::load(folders);
  const auto* found = catalogue.find(name);
  if (found == nullptr) {
    std::fprintf(stderr, "plugin %s is not built: cmake --build … --target %s\n", name.c_str(), name.c_str());
    std::exit(1);
  }
  return *found->descriptor;
}

/// Every setting at its default but those given.
inline std::vector<gatepost::Value> values(const gatepost::Descriptor& descriptor,
                                           const std::map<std::string, gatepost::Value>& given) {
  std::vector<gatepost::Value> values;
  for (const auto& field : descriptor.settings()) {
    const auto set = given.find(std::string(field.key));
    values.push_back(set == given.end() ? field.fallback : set->second);
  }
  return values;
}

/// The value, or the end of the bench with the Error.
template <class T>
T good(gatepost::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", to_line(result.error()).c_str());
    std::exit(1);
  }
  return std::move(*result);
}

inline void row(const std::string& name, double value, const char* unit, const std::string& ratio = "",
                const char* budget = "") {
  std::printf("%s | %.4g | %s | %s | %s\n", name.c_str(), value, unit, ratio.c_str(), budget);
  std::fflush(stdout);
}

inline std::string ratio(double value, double other) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value / other);
  return text;
}

inline double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  double total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

inline double percentile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

/// Rows to work on: the first argument, 10 million with --full, else one million.
inline std::uint64_t size_of(int count, char** words) {
  if (count < 2) return 1'000'000;
  if (std::string(words[1]) == "--full") return 10'000'000;
  return std::strtoull(words[1], nullptr, 10);
}

}  // namespace bench
