// The reason codes that a verdict may carry: the engine's own, and those of plugins.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/descriptor.hpp>

#include "plugin/catalogue.hpp"

namespace gatepost::config {

/// In which the engine's own reasons are told.
inline constexpr std::array<std::string_view, 2> engine_languages{"en", "vi"};

/// The engine's own reasons, in each of engine_languages.
std::span<const ReasonText> engine_reasons();

/// A reason code and what is built in of it.
struct Reason {
  std::string code;
  std::string plugin{};                  ///< that gives it first; empty: the engine
  std::vector<std::string> english{};    ///< each wording once: plugins may share a code
  std::vector<std::string> languages{};  ///< in which a text is built in

  bool is_told_in(std::string_view language) const;
};

/// Each code once: the engine's in the order of its table, then those of the plugins in their order.
std::vector<Reason> reasons_of(std::span<const Descriptor* const> plugins);

/// The plugins of a catalogue, as reasons_of() takes them.
std::vector<const Descriptor*> descriptors_of(const plugin::Catalogue& catalogue);

}  // namespace gatepost::config
