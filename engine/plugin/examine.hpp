// What is asked of a file before it is loaded, and of a descriptor before it is believed.
#pragma once

#include <filesystem>
#include <string>

#include <gatepost/descriptor.hpp>

#include "plugin/private_copy.hpp"

namespace gatepost::plugin {

/// Runs none of the file's code: a regular file that only its owner (root or this user) can write, in a folder of the
/// same kind; a whole ELF shared object for this machine; one that exports a descriptor. Returns the bytes that were
/// examined: load those, for the file may be another by then.
Result<PrivateCopy> examine(const std::filesystem::path& file);

/// The descriptor's size, ABI and toolchain are this engine's, and its kind, name and functions make sense.
/// `where` names the file in errors.
Result<void> agrees(const Descriptor& descriptor, const std::string& where);

}  // namespace gatepost::plugin
