// Test vectors beside the source tree, a JSON object on each line.
#pragma once

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "world/places.hpp"

namespace gatepost::world {

/// Where the credentials' vectors are. They are no part of the source tree.
inline std::filesystem::path credential_vectors() {
  return std::filesystem::path(source_folder()) / "../shared/data/credentials";
}

inline std::vector<boost::json::object> json_lines(const std::filesystem::path& file) {
  std::vector<boost::json::object> found;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) found.push_back(boost::json::parse(line).as_object());
  return found;
}

inline std::string whole_file(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// RFC 4648. Of test data, which is right.
inline std::string from_base64(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned held = 0;
  int bits = 0;
  for (const char digit : text) {
    const auto value = digits.find(digit);
    if (value == std::string_view::npos) break;
    held = held << 6 | static_cast<unsigned>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(held >> bits & 0xFF);
  }
  return bytes;
}

}  // namespace gatepost::world
