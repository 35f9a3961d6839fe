// The characters of a keyboard layout, as libxkbcommon has them.
#pragma once

#include <gatepost/hal/keyboard.hpp>
#include <memory>

struct xkb_keymap;

namespace gatepost::hal {

class KeyMap {
 public:
  /// An Error where the machine lacks the layouts' data.
  static Result<std::shared_ptr<const KeyMap>> load(KeyLayout layout);

  KeyLayout layout() const { return layout_; }
  /// libxkbcommon counts its holders without a lock.
  xkb_keymap* get() const { return keymap_.get(); }

 private:
  struct Free {
    void operator()(xkb_keymap* keymap) const;
  };
  KeyMap(KeyLayout layout, std::unique_ptr<xkb_keymap, Free> keymap) : layout_(layout), keymap_(std::move(keymap)) {}

  KeyLayout layout_;
  std::unique_ptr<xkb_keymap, Free> keymap_;
};

}  // namespace gatepost::hal
