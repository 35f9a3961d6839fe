// What a client asks of a running engine: one JSON object a line.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <gatepost/result.hpp>
#include <string>
#include <string_view>

namespace gatepost::api {

/// A longer line is refused, and its client with it.
inline constexpr std::size_t longest_request = 64 * 1024;

/// {"do": "status", …}
struct Request {
  std::string verb;            ///< 1 to 32 of a-z and _
  boost::json::object fields;  ///< the whole object, "do" with it
};

/// `line` has no line end. Anything but one JSON object (RFC 8259) with a verb is an Error; never throws.
Result<Request> parse_request(std::string_view line);

/// One line that says {"ok":true,…} and one that says {"ok":false,"what","where","remedy"}, with their line ends.
/// Neither holds a control character or a byte that is no UTF-8, whatever went in.
std::string line_of(const boost::json::object& answer);
std::string line_of(const Error& error);

}  // namespace gatepost::api
