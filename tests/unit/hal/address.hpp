// An address that a test knows to be right.
#pragma once

#include <gatepost/hal/address.hpp>
#include <string>

inline gatepost::hal::Address address(const std::string& text) { return *gatepost::hal::Address::parse(text, "/"); }
