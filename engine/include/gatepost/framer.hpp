// From bytes on a line to Readings: for every Input whose scanner sends a stream of bytes, be it over a wire, a socket
// or a radio. No I/O: bytes and times in, Readings out. Header-only, so that plugins outside this tree have it too;
// it is no part of what engine and plugins share at run time.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

struct FrameRules {
  Framing framing = Framing::terminator;
  std::string terminator{};                              ///< empty: CR, LF or CR LF; at most 16 bytes
  std::size_t length = 0;                                ///< of a frame, for Framing::length
  Duration idle = std::chrono::milliseconds(100);        ///< the longest pause inside a frame
  std::string prefix{};                                  ///< what every frame begins with; taken off; at most 64 bytes
  std::size_t min_length = 1, max_length = max_payload;  ///< of what is left
  bool aim = false;                                      ///< then its first three bytes are the AIM identifier

  /// Whether they can tell a whole scan from a cut one. The Error's `where` is the setting, named as the member is.
  Result<void> check() const;
};

/// A cut scan never comes out as a good one: what is missing its end, has a pause inside, breaks a length rule or
/// follows a piece that lost its end is a damaged Reading. Silence is a wait in which nothing came, and nothing else:
/// the time between two reads tells as much of a process that was held up as of the line. Holds at most max_payload
/// bytes and a prefix and terminator, whatever the line sends; a longer line is one damaged Reading. How the bytes are
/// split into calls makes no difference.
class Framer {
 public:
  explicit Framer(FrameRules rules) : rules_(std::move(rules)) {}

  /// Listening begins at `at`: what comes before a silence may be the rest of a frame, of another connection even.
  /// Where the one before was cut in a frame (`after_cut`) that may come later, too.
  void joined(MonotonicTime at, bool after_cut = false) {
    unsure_ = true;
    after_cut_ = after_cut_ || after_cut;
    last_ = at;
  }

  /// Bytes that came at `at`. `lost`: the driver lost or garbled some of them, nobody knows which; without bytes, all.
  void feed(std::string_view bytes, MonotonicTime at, bool lost, std::vector<Reading>& out);

  /// Somebody waited for FrameRules::idle, and nothing came.
  void silence(std::vector<Reading>& out);

  /// The line broke off: a frame that has begun lost its end, whatever the rules are, and what comes next may be its
  /// rest. `why` is for people.
  void cut(const std::string& why, std::vector<Reading>& out);

  /// Whether a frame has begun, or bytes were lost that may have been one, so that silence means something.
  bool in_frame() const { return size_ > 0 || lost_; }

  /// Whether somebody should wait for silence.
  bool awaits_silence() const { return in_frame() || unsure_; }

  /// Whether what comes next may be the rest of a frame that lost its end.
  bool after_cut() const { return after_cut_; }

  /// Whether what comes next begins a frame, as far as is known.
  bool at_beginning() const { return !in_frame() && !unsure_ && !after_cut_; }

 private:
  void take(char byte, MonotonicTime at, bool lost, std::vector<Reading>& out);
  bool at_end() const;
  void finish(std::vector<Reading>& out);
  void end_without_end(std::string_view how, std::vector<Reading>& out);
  std::optional<std::pair<Damage, std::string>> flaw(std::size_t whole, bool prefixed, bool has_aim) const;
  void report(Damage damage, std::string detail, std::vector<Reading>& out);
  void begin_anew();
  std::size_t bound() const { return max_payload + rules_.prefix.size() + rules_.terminator.size() + 3; }

  FrameRules rules_;
  std::string frame_;
  std::size_t size_ = 0;  ///< bytes of this frame, kept or not
  std::string tail_;      ///< the last bytes, as many as the terminator has, to see the end of what is not kept
  bool lost_ = false;
  bool unsure_ = false;     ///< what comes before a silence may lack its beginning
  bool after_cut_ = false;  ///< the piece before lost its end: this may be its rest
  MonotonicTime last_{};
};

/// When a scanner that was just opened may be called up: once it was silent for as long as a scan may pause, since what
/// comes before may be the rest of one. One that is never silent is up after a second.
class Settling {
 public:
  Settling(MonotonicTime joined, Duration idle) : joined_(joined), idle_(std::min(idle, longest)) {}

  bool over() const { return over_; }
  /// How long to wait for the next bytes while no scan has begun.
  Duration patience() const { return over_ ? Duration(std::chrono::hours(24)) : idle_; }
  /// To be told after each wait whether nothing came. True once: the scanner is up.
  bool ends(bool silent, MonotonicTime now) {
    if (over_ || (!silent && now - joined_ < longest)) return false;
    return over_ = true;
  }

 private:
  static constexpr Duration longest = std::chrono::seconds(1);
  MonotonicTime joined_;
  Duration idle_;
  bool over_ = false;
};

namespace detail {
inline std::optional<char> hex_byte(std::string_view digits) {
  unsigned value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 2 || failure != std::errc() || end != digits.data() + 2) return {};
  return static_cast<char>(value);
}
}  // namespace detail

/// How a site file writes a command: its bytes in hex, with or without spaces between them: "16 54 0D". Nothing: it is
/// none, or has more than `most` bytes.
inline std::optional<std::string> from_hex(std::string_view text, std::size_t most) {
  std::string bytes;
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const auto byte = detail::hex_byte(text.substr(0, 2));
    if (!byte || bytes.size() == most) return {};
    bytes += *byte;
    text.remove_prefix(2);
  }
  return bytes;
}

/// How a site file writes bytes that are no text: with \r, \n, \t, \\ and \xHH.
inline Result<std::string> unescape(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    const char kind = i + 1 < text.size() ? text[i + 1] : '\0';
    const auto hex = kind == 'x' ? detail::hex_byte(text.substr(i + 2, 2)) : std::nullopt;
    if (kind == 'r' || kind == 'n' || kind == 't' || kind == '\\') {
      bytes += kind == 'r' ? '\r' : kind == 'n' ? '\n' : kind == 't' ? '\t' : '\\';
      i += 1;
    } else if (hex) {
      bytes += *hex;
      i += 3;
    } else {
      return Error{"has a backslash that means nothing", {}, R"(write \r, \n, \t, \\ or \x and two hex digits)"};
    }
  }
  return bytes;
}

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

inline void Framer::feed(std::string_view bytes, MonotonicTime at, bool lost, std::vector<Reading>& out) {
  // Nobody waited meanwhile: it may have been silence, or what was sent without a pause and read late.
  if (in_frame() && at - last_ > rules_.idle) end_without_end("then a pause in which nobody listened", out);
  if (lost && bytes.empty()) {
    lost_ = true;
    last_ = at;
  }
  for (const char byte : bytes) take(byte, at, lost, out);  // each frame in it: nobody knows which one lacks something
  if (lost && size_ == 0 && !bytes.empty()) unsure_ = true;
}

inline void Framer::take(char byte, MonotonicTime at, bool lost, std::vector<Reading>& out) {
  last_ = at;
  const bool any_end = rules_.framing == Framing::terminator && rules_.terminator.empty();
  if (any_end && (byte == '\r' || byte == '\n')) {
    if (size_ > 0 || lost_) {
      lost_ = lost_ || lost;
      return finish(out);
    }
    // The LF of a CR LF, and a second Enter, are no scans.
    after_cut_ = unsure_ = false;  // the cut scan's own end, late: what follows is whole
    return;
  }
  lost_ = lost_ || lost || unsure_;
  if (rules_.framing != Framing::length) unsure_ = false;  // a frame that is counted has no end that could be seen
  ++size_;
  if (frame_.size() < bound()) frame_.push_back(byte);
  if (rules_.framing == Framing::terminator) {
    tail_.push_back(byte);
    if (tail_.size() > rules_.terminator.size()) tail_.erase(0, 1);
  }
  if (at_end()) finish(out);
}

inline bool Framer::at_end() const {
  switch (rules_.framing) {
    case Framing::terminator:
      return !rules_.terminator.empty() && tail_ == rules_.terminator;
    case Framing::length:
      return size_ == rules_.length;
    case Framing::idle:
      return false;
  }
  return false;
}

inline void Framer::silence(std::vector<Reading>& out) {
  unsure_ = false;
  if (!in_frame()) return;
  if (rules_.framing == Framing::idle) return finish(out);
  end_without_end("then silence", out);
}

// Its rest may come yet.
inline void Framer::end_without_end(std::string_view how, std::vector<Reading>& out) {
  const bool had_bytes = size_ > 0;
  const std::string got = std::to_string(size_) + " bytes, " + std::string(how);
  if (!had_bytes)
    report(Damage::lost, "bytes were lost, " + std::string(how), out);
  else if (size_ > bound() || frame_.size() > max_payload)
    report(Damage::overlong, std::to_string(size_) + " bytes without an end", out);
  else if (rules_.framing == Framing::length)
    report(Damage::length, got + "; a frame has " + std::to_string(rules_.length), out);
  else if (rules_.framing == Framing::idle)
    report(Damage::gap, got, out);
  else
    report(Damage::no_terminator, got + " without the terminator", out);
  begin_anew();
  after_cut_ = had_bytes;
}

inline void Framer::cut(const std::string& why, std::vector<Reading>& out) {
  unsure_ = true;
  if (!in_frame()) return;
  const bool had_bytes = size_ > 0;
  report(!had_bytes                          ? Damage::lost
         : rules_.framing == Framing::length ? Damage::length
                                             : Damage::no_terminator,
         std::to_string(size_) + " bytes, then " + why, out);
  begin_anew();
  after_cut_ = had_bytes;
}

// The frame has its end: strip it, and say what is wrong with it before anybody could take it for good.
inline void Framer::finish(std::vector<Reading>& out) {
  const std::size_t whole = size_;
  if (rules_.framing == Framing::terminator && frame_.size() == size_ && size_ > 0)
    frame_.resize(size_ - rules_.terminator.size());
  const bool prefixed = frame_.starts_with(rules_.prefix);
  if (prefixed) frame_.erase(0, rules_.prefix.size());
  const bool has_aim = rules_.aim && frame_.size() >= 3 && frame_[0] == ']';
  Reading reading{.payload = {}, .seen = last_};
  if (has_aim) {
    reading.symbology = frame_.substr(0, 3);
    frame_.erase(0, 3);
  }
  const auto bad = flaw(whole, prefixed, has_aim);
  const bool astray = lost_ || after_cut_;
  if (bad) {
    report(bad->first, bad->second, out);
  } else {
    reading.payload = std::move(frame_);
    out.push_back(std::move(reading));
  }
  begin_anew();
  if (rules_.framing == Framing::length) unsure_ = unsure_ || astray;  // so are all that follow without a silence
  if (rules_.framing == Framing::idle) after_cut_ = bad && !astray;    // it is the one or the other half of a scan
}

inline std::optional<std::pair<Damage, std::string>> Framer::flaw(std::size_t whole, bool prefixed,
                                                                  bool has_aim) const {
  const std::size_t size = frame_.size();
  if (whole > bound() || size > max_payload)
    return std::pair(Damage::overlong,
                     std::to_string(whole) + " bytes; at most " + std::to_string(max_payload) + " are kept");
  if (lost_) return std::pair(Damage::lost, "the line lost or garbled bytes of it");
  if (after_cut_) return std::pair(Damage::gap, "it follows a scan without an end and may be the rest of it");
  if (!prefixed) return std::pair(Damage::lost, "it does not begin with the prefix");
  if (rules_.aim && !has_aim) return std::pair(Damage::lost, "it does not begin with an AIM identifier");
  if (size < rules_.min_length || size > rules_.max_length)
    return std::pair(Damage::length, std::to_string(size) + " bytes; allowed are " + std::to_string(rules_.min_length) +
                                         " to " + std::to_string(rules_.max_length));
  return {};
}

inline void Framer::report(Damage damage, std::string detail, std::vector<Reading>& out) {
  // What came is kept for the Record's eye only as its size: a damaged payload is never looked up.
  out.push_back({.payload = {}, .seen = last_, .damage = damage, .damage_detail = std::move(detail)});
}

inline void Framer::begin_anew() {
  frame_.clear();
  if (frame_.capacity() > 1024) frame_.shrink_to_fit();
  tail_.clear();
  size_ = 0;
  lost_ = false;
  after_cut_ = false;
}

}  // namespace gatepost
