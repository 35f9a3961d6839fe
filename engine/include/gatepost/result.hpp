// How everything in Gatepost says that it failed.
//
// hal/ shares this header with the engine, so that an error keeps its three parts on its whole way up.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace gatepost {

/// A failure that a person can act on.
struct Error {
  std::string what;    ///< what is wrong, one clause, no full stop: "cannot open the port"
  std::string where;   ///< the thing it is about, by the name its user knows: a file, an address, file:line:column;
                       ///< about two things, both
  std::string remedy;  ///< what to do now, as an instruction: "add the user to group dialout"
  bool fault = false;  ///< whoever should have answered broke: a plugin threw

  Error() = default;
  /// Always all three: a text alone must never turn into an Error, or a Result<std::string> could not be told apart.
  Error(std::string what_is_wrong, std::string where_it_is, std::string what_to_do)
      : what(std::move(what_is_wrong)), where(std::move(where_it_is)), remedy(std::move(what_to_do)) {}
  bool operator==(const Error&) const = default;
};

/// A T, or the Error that stood in its way. Never throws as long as value() is only called where has_value() was asked.
template <class T = void>
using Result = boost::system::result<T, Error>;

/// Boost calls this for value() on a failed Result: a bug of the caller's, so it may throw.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error(error.what + " (" + error.where + ")");
}

/// "WHERE: WHAT; REMEDY", the one form in which an error is shown on a line.
inline std::string to_line(const Error& error) {
  std::string line = error.where.empty() ? error.what : error.where + ": " + error.what;
  if (!error.remedy.empty()) line += "; " + error.remedy;
  return line;
}

}  // namespace gatepost
