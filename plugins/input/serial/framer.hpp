// From bytes on a line to Readings. No I/O: bytes and times in, Readings out.
#pragma once

#include <gatepost/reading.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace serial {

enum class Framing {
  terminator,  ///< a frame ends with the terminator
  length,      ///< a frame is a fixed number of bytes
  idle,        ///< a frame ends with silence
};

struct Rules {
  Framing framing = Framing::terminator;
  std::string terminator{};                                        ///< empty: CR, LF or CR LF
  std::size_t length = 0;                                          ///< of a frame, for Framing::length
  gatepost::Duration idle = std::chrono::milliseconds(100);        ///< the longest pause inside a frame
  std::string prefix{};                                            ///< what every frame begins with; taken off
  std::size_t min_length = 1, max_length = gatepost::max_payload;  ///< of what is left
  bool aim = false;  ///< then its first three bytes are the AIM identifier
};

/// A cut scan never comes out as a good one: what is missing its end, has a pause inside, breaks a length rule or
/// follows a piece that lost its end is a damaged Reading. Holds at most max_payload bytes and a prefix and terminator,
/// whatever the line sends; a longer line is one damaged Reading. How the bytes are split into calls makes no
/// difference.
class Framer {
 public:
  explicit Framer(Rules rules) : rules_(std::move(rules)) {}

  /// Bytes that came at `at`. `lost`: the driver lost or garbled some of them.
  void feed(std::string_view bytes, gatepost::MonotonicTime at, bool lost, std::vector<gatepost::Reading>& out);

  /// Nothing came for Rules::idle.
  void silence(std::vector<gatepost::Reading>& out);

  /// Whether a frame has begun, so that silence means something.
  bool in_frame() const { return size_ > 0; }

 private:
  void take(char byte, gatepost::MonotonicTime at, std::vector<gatepost::Reading>& out);
  bool at_end() const;
  void finish(std::vector<gatepost::Reading>& out);
  void report(gatepost::Damage damage, std::string detail, std::vector<gatepost::Reading>& out);
  void begin_anew();
  std::size_t bound() const;

  const Rules rules_;
  std::string frame_;
  std::size_t size_ = 0;  ///< bytes of this frame, kept or not
  std::string tail_;      ///< the last bytes, as many as the terminator has, to see the end of what is not kept
  bool lost_ = false;
  bool after_cut_ = false;  ///< the piece before lost its end: this may be its rest
  gatepost::MonotonicTime last_{};
};

}  // namespace serial
