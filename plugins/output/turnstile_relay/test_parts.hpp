// The plugin as the engine loads it, and what its tests say to it.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <gatepost/actuator.hpp>
#include <gatepost/descriptor.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plugin/catalogue.hpp"
#include "world/places.hpp"

namespace turnstile {

using namespace std::chrono_literals;

using Given = std::map<std::string, gatepost::Value>;

inline std::string text(const char* words) { return words; }

inline const gatepost::Descriptor& plugin() {
  static const auto catalogue = [] {
    const std::filesystem::path folder = gatepost::world::plugins_folder();
    return gatepost::plugin::Catalogue::load({&folder, 1});
  }();
  return *catalogue.find("turnstile_relay")->descriptor;
}

inline gatepost::Result<std::unique_ptr<gatepost::Actuator>> try_make(const Given& given,
                                                                      const std::filesystem::path& folder = "/") {
  std::vector<gatepost::Value> values;
  for (const auto& field : plugin().settings()) {
    const auto found = given.find(std::string(field.key));
    values.push_back(found == given.end() ? field.fallback : found->second);
  }
  return plugin().make.actuator(values, {"gate", folder});
}

inline std::unique_ptr<gatepost::Actuator> make(const Given& given, const std::filesystem::path& folder = "/") {
  auto made = try_make(given, folder);
  EXPECT_TRUE(made) << to_line(made.error());
  return std::move(*made);
}

inline gatepost::Command command(gatepost::Direction direction = gatepost::Direction::in,
                                 std::string_view lane = "main", gatepost::Duration in_time = 1s) {
  return {{4017, 1, 1}, lane, direction, gatepost::BootClock::now() + in_time};
}

// What the simulated turnstile noted, without its times.
inline std::vector<std::string> log_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line.substr(line.find(' ') + 1));
  return lines;
}

// The times of the same.
inline std::vector<gatepost::Duration> times_of(const std::filesystem::path& file) {
  std::vector<gatepost::Duration> times;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) times.emplace_back(std::stoll(line));
  return times;
}

}  // namespace turnstile
