// One setting of a plugin in a checked site, by its key. Where the plugin has none of that name it is empty.
#pragma once

#include <chrono>
#include <filesystem>
#include <gatepost/framer.hpp>
#include <string>
#include <string_view>

#include "config/site.hpp"

namespace gatepost::lab {

template <class T>
T setting(const config::PluginUse& use, std::string_view key) {
  const auto fields = use.plugin->settings();
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].key == key)
      if (const auto* value = std::get_if<T>(&use.values[i])) return *value;
  return {};
}

inline std::string text_setting(const config::PluginUse& use, std::string_view key) {
  return setting<std::string>(use, key);
}

inline std::chrono::milliseconds time_setting(const config::PluginUse& use, std::string_view key) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(setting<Duration>(use, key));
}

/// Bytes that a site file writes with backslashes.
inline std::string bytes_setting(const config::PluginUse& use, std::string_view key) {
  const auto bytes = unescape(text_setting(use, key));
  return bytes ? *bytes : std::string();
}

}  // namespace gatepost::lab
