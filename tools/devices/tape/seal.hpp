// The clear form of a tape, for those who have the key.
#pragma once

#include <gatepost/hal/tape.hpp>
#include <gatepost/result.hpp>
#include <string>

namespace gatepost::devices {

/// The shape of a clear tape, with the clear one sealed in it: AES-256-GCM under HMAC-SHA-256 of `key`; twelve random
/// bytes, the ciphertext, the tag of sixteen.
Result<hal::Tape> sealed(const hal::Tape& clear, const std::string& key);

/// The clear tape in it. An Error where it has none, where the key is another one, or where somebody changed it.
Result<hal::Tape> opened(const hal::Tape& tape, const std::string& key);

}  // namespace gatepost::devices
