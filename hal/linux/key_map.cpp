#include "linux/key_map.hpp"

#include <xkbcommon/xkbcommon.h>

#include <array>

namespace gatepost::hal {
namespace {

constexpr const char* layouts_place = "/usr/share/X11/xkb";

const char* xkb_name(KeyLayout layout) {
  constexpr std::array names{"us", "gb", "de", "fr"};
  return names.at(static_cast<std::size_t>(layout));
}

}  // namespace

void KeyMap::Free::operator()(xkb_keymap* keymap) const { xkb_keymap_unref(keymap); }

// What a gate reads must not depend on the variables and files of who starts it.
Result<std::shared_ptr<const KeyMap>> KeyMap::load(KeyLayout layout) {
  const auto drop = [](xkb_context* context) { xkb_context_unref(context); };
  const std::unique_ptr<xkb_context, decltype(drop)> context(
      xkb_context_new(
          static_cast<xkb_context_flags>(XKB_CONTEXT_NO_DEFAULT_INCLUDES | XKB_CONTEXT_NO_ENVIRONMENT_NAMES)),
      drop);
  const Error missing{"the keyboard layouts are missing", layouts_place, "install the package xkb-data"};
  if (!context) return Error{"no memory for a keyboard layout", layouts_place, "free memory"};
  xkb_context_set_log_level(context.get(), XKB_LOG_LEVEL_CRITICAL);
  if (xkb_context_include_path_append(context.get(), layouts_place) == 0) return missing;
  const xkb_rule_names names{"evdev", "pc105", xkb_name(layout), "", ""};
  std::unique_ptr<xkb_keymap, Free> keymap(
      xkb_keymap_new_from_names(context.get(), &names, XKB_KEYMAP_COMPILE_NO_FLAGS));
  if (!keymap) return missing;
  return std::shared_ptr<const KeyMap>(new KeyMap(layout, std::move(keymap)));
}

Result<std::shared_ptr<const KeyMap>> load_key_map(KeyLayout layout) { return KeyMap::load(layout); }

}  // namespace gatepost::hal
