// The line that a diagnostic is about, with a caret under its place.
#pragma once

#include <span>
#include <string>

#include "config/source.hpp"

namespace gatepost::config {

/// "   12 | idle: 80\n      |       ^\n", at most about 100 columns around the place. The caret stands right under
/// tabs, Vietnamese and wide letters. What would act on a terminal (escape sequences, bytes that are no UTF-8) is shown
/// as �; what follows one of `secrets` and a colon, on that line or indented under it, as ***.
std::string excerpt(const Source& source, Place place, std::span<const std::string> secrets);

/// One line without what excerpt would hide.
std::string shown_line(const Source& source, std::size_t number, std::span<const std::string> secrets);

}  // namespace gatepost::config
