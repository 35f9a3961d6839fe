// An open scanner, read until it is gone or a stop is asked for.
#pragma once

#include <gatepost/framer.hpp>
#include <gatepost/hal/keyboard.hpp>
#include <gatepost/input.hpp>
#include <stop_token>

#include "pos_feedback.hpp"

namespace usb_hid {

gatepost::Result<void> read_keyboard(gatepost::hal::Keyboard& keyboard, const gatepost::FrameRules& rules,
                                     gatepost::InputHost& host, const std::stop_token& stop);

/// Point-of-sale reports, or blocks; an Error where the device sends neither. The trigger is said at the beginning, and
/// after each Reading where it waits for no gate.
gatepost::Result<void> read_reports(gatepost::hal::RawHid& device, const gatepost::FrameRules& rules,
                                    PosFeedback& feedback, gatepost::InputHost& host, const std::stop_token& stop);

}  // namespace usb_hid
