// A tape without what is personal.
#pragma once

#include <gatepost/hal/tape.hpp>

namespace gatepost::devices {

/// Every digit becomes 0, every letter A or a, every byte beyond ASCII a question mark; of keys the same, by their
/// places on a keyboard. Times, lengths, control and punctuation characters and AIM identifiers stay as they were, so
/// that what is missing or late can still be seen.
hal::Tape shape_of(hal::Tape clear);

}  // namespace gatepost::devices
