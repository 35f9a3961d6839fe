// What a scan is in a stream of bytes. Header-only; it is no part of what engine and plugins share at run time.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include <gatepost/reading.hpp>
#include <gatepost/result.hpp>
#include <gatepost/settings.hpp>

namespace gatepost {

enum class Framing {
  terminator,  ///< a frame ends with the terminator
  length,      ///< a frame is a fixed number of bytes
  idle,        ///< a frame ends with silence
};
constexpr auto setting_names(Framing) {
  return std::array{Choice{"terminator", Framing::terminator}, Choice{"length", Framing::length},
                    Choice{"idle", Framing::idle}};
}

/// How many scans one code may make.
enum class Lines {
  one,   ///< those of one code are one damaged scan: else a code that anybody can print tries many at once
  many,  ///< each line is a scan
};
constexpr auto setting_names(Lines) { return std::array{Choice{"one", Lines::one}, Choice{"many", Lines::many}}; }

struct FrameRules {
  Framing framing = Framing::terminator;
  std::string terminator{};                              ///< empty: CR, LF or CR LF; at most 16 bytes
  std::size_t length = 0;                                ///< of a frame, for Framing::length
  Duration idle = std::chrono::milliseconds(100);        ///< the longest pause inside a frame
  std::string prefix{};                                  ///< what every frame begins with; taken off; at most 64 bytes
  std::size_t min_length = 1, max_length = max_payload;  ///< of what is left
  bool aim = false;                                      ///< then its first three bytes are the AIM identifier
  bool many_lines = true;  ///< false: scans that follow one another without a pause of `idle` are lines of one code

  /// Whether they can tell a whole scan from a cut one. The Error's `where` is the setting, named as the member is.
  Result<void> check() const;
};

inline Result<void> FrameRules::check() const {
  if (min_length > max_length)
    return Error{"min_length is more than max_length", "min_length", "make it at most max_length"};
  if (framing == Framing::length && length == 0)
    return Error{"framing: length needs a length", "length", "write how many bytes a scan has"};
  if (framing == Framing::idle && min_length != max_length)
    return Error{"silence alone cannot tell a cut scan from a short code", "framing",
                 "set min_length and max_length to the one length that codes have here, or use a terminator"};
  if (terminator.size() > 16 || prefix.size() > 64)
    return Error{"is too long", prefix.size() > 64 ? "prefix" : "terminator", "use at most 16 bytes (prefix: 64)"};
  return {};
}

}  // namespace gatepost
