// Values of what an engine answers, for people.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost::cli {

/// Printable, at most `most` characters; empty where it is no text.
std::string text(const boost::json::value& from, std::size_t most = 80);
/// The same of a member; empty where there is none.
std::string text(const boost::json::object& from, std::string_view key, std::size_t most = 80);
/// A time as JSON has it, to the minute in this machine's time zone: "2026-12-01 14:05"; "never" where it is none.
std::string minute_of(const boost::json::value& from);
/// 0 where it is no number.
double number(const boost::json::value& from);

}  // namespace gatepost::cli
