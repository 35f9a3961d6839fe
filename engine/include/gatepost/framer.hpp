// From bytes on a line to Readings: for every Input whose scanner sends a stream of bytes, be it over a wire, a socket
// or a radio. No I/O: bytes and times in, Readings out. Header-only, so that plugins outside this tree have it too;
// it is no part of what engine and plugins share at run time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gatepost/bytes_text.hpp>
#include <gatepost/frame_rules.hpp>
#include <gatepost/reading.hpp>

namespace gatepost {

/// A cut scan never comes out as a good one: what is missing its end, has a pause inside, breaks a length rule or
/// follows a piece that lost its end is a damaged Reading. Silence is a wait in which nothing came, and nothing else:
/// the time between two reads tells as much of a process that was held up as of the line. Holds at most max_payload
/// bytes and a prefix and terminator, whatever the line sends; a longer line is one damaged Reading. How the bytes are
/// split into calls makes no difference, but to many lines in one code: of those that come one by one the first is told
/// before there is a second.
///
/// What stands between two frames damages neither: CR, LF and NUL (the LF of a CR LF, a second Enter, telnet's CR NUL),
/// and what is no scan by `ignores`, with its end or before a silence.
class Framer {
 public:
  /// `ignores`: see InputHost::ignores; none: every text is a scan.
  using Ignores = std::function<bool(std::string_view)>;
  explicit Framer(FrameRules rules, Ignores ignores = {}) : rules_(std::move(rules)), ignores_(std::move(ignores)) {}

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
  bool in_frame() const { return size_ > 0 || lost_ || held_ || lines_ > 0; }

  /// Whether somebody should wait for silence.
  bool awaits_silence() const { return in_frame() || unsure_; }

  /// Whether what comes next may be the rest of a frame that lost its end.
  bool after_cut() const { return after_cut_; }

  /// Whether what comes next begins a frame, as far as is known.
  bool at_beginning() const { return !in_frame() && !unsure_ && !after_cut_; }

 private:
  static constexpr std::string_view between_frames{"\r\n\0", 3};

  void take(char byte, MonotonicTime at, bool lost, std::string_view rest, std::vector<Reading>& out);
  bool is_between_frames(char byte) const;
  void pass_over(char byte);
  bool at_end() const;
  void finish(std::string_view rest, std::vector<Reading>& out);
  void end_of_line(Reading reading, std::string_view rest, std::vector<Reading>& out);
  std::optional<Reading> piece_without_end(std::string_view how) const;
  void end_without_end(std::string_view how, bool is_passed, std::vector<Reading>& out);
  void release(std::vector<Reading>& out);
  bool is_no_scan() const;
  Reading made_of_frame();
  std::optional<std::pair<Damage, std::string>> flaw(std::size_t whole, bool prefixed, bool has_aim) const;
  Reading damaged(Damage damage, std::string detail) const;
  std::string oddity() const;
  void begin_anew();
  std::size_t bound() const { return max_payload + rules_.prefix.size() + rules_.terminator.size() + 3; }

  FrameRules rules_;
  Ignores ignores_;
  std::string frame_;
  std::size_t size_ = 0;  ///< bytes of this frame, kept or not
  std::string tail_;      ///< the last bytes, as many as the terminator has, to see the end of what is not kept
  bool lost_ = false;
  bool unsure_ = false;     ///< what comes before a silence may lack its beginning
  bool after_cut_ = false;  ///< the piece before lost its end: this may be its rest
  MonotonicTime last_{};
  // Of rules without many lines.
  std::optional<Reading> held_;           ///< a scan with something behind it, which may be a second line
  std::size_t lines_ = 0;                 ///< that are one damaged scan, until a silence
  std::string shown_;                     ///< of them
  std::optional<MonotonicTime> ended_{};  ///< the scan before, with no silence since
  bool follows_ = false;                  ///< the frame began without a pause behind that one
};

inline void Framer::feed(std::string_view bytes, MonotonicTime at, bool lost, std::vector<Reading>& out) {
  // Nobody waited meanwhile: it may have been silence, or what was sent without a pause and read late.
  if (in_frame() && at - last_ > rules_.idle)
    end_without_end("then a pause in which nobody listened", is_no_scan(), out);
  if (lost && bytes.empty()) {
    lost_ = true;
    last_ = at;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i)  // lost: each frame in it, nobody knows which one lacks something
    take(bytes[i], at, lost, bytes.substr(i + 1), out);
  if (lost && size_ == 0 && !bytes.empty()) unsure_ = true;
  if (size_ == 0 && lines_ == 0) release(out);  // nothing came behind it
}

inline void Framer::take(char byte, MonotonicTime at, bool lost, std::string_view rest, std::vector<Reading>& out) {
  last_ = at;
  if (is_between_frames(byte)) return pass_over(byte);
  if (size_ == 0) {
    tail_.clear();
    follows_ = ended_ && at - *ended_ < rules_.idle;
  }
  lost_ = lost_ || lost || unsure_;
  if (rules_.framing != Framing::length) unsure_ = false;  // a frame that is counted has no end that could be seen
  const bool any_end = rules_.framing == Framing::terminator && rules_.terminator.empty();
  if (any_end && (byte == '\r' || byte == '\n')) return finish(rest, out);
  ++size_;
  if (frame_.size() < bound()) frame_.push_back(byte);
  if (rules_.framing == Framing::terminator) {
    tail_.push_back(byte);
    if (tail_.size() > rules_.terminator.size()) tail_.erase(0, 1);
  }
  if (at_end()) finish(rest, out);
}

// A prefix, or a terminator of other bytes too, may begin with one of these.
inline bool Framer::is_between_frames(char byte) const {
  if (rules_.framing != Framing::terminator || size_ > 0 || lost_ ||
      between_frames.find(byte) == std::string_view::npos)
    return false;
  const std::string& end = rules_.terminator;
  if (end.empty() && byte != '\0') return true;
  return !rules_.prefix.starts_with(byte) &&
         (end.find_first_not_of(between_frames) == std::string::npos || end.find(byte) == std::string::npos);
}

inline void Framer::pass_over(char byte) {
  tail_.push_back(byte);
  if (tail_.size() > std::max<std::size_t>(rules_.terminator.size(), 1)) tail_.erase(0, 1);
  const bool is_end = rules_.terminator.empty() ? byte != '\0' : tail_ == rules_.terminator;
  if (is_end) after_cut_ = unsure_ = false;  // the cut scan's own end, late: what follows is whole
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
  const bool is_passed = is_no_scan(), is_frame = rules_.framing == Framing::idle && size_ > 0;
  if (is_frame && !is_passed) {
    end_of_line(made_of_frame(), {}, out);
  } else if (in_frame()) {
    end_without_end("then silence", is_passed, out);
  }
  ended_.reset();
}

// Nothing, where nobody misses it.
inline std::optional<Reading> Framer::piece_without_end(std::string_view how) const {
  if (size_ == 0)
    return lost_ ? std::optional(damaged(Damage::lost, "bytes were lost, " + std::string(how))) : std::nullopt;
  if (size_ > bound() || frame_.size() > max_payload)
    return damaged(Damage::overlong, std::to_string(size_) + " bytes without an end");
  const std::string got = std::to_string(size_) + " bytes, " + std::string(how);
  if (rules_.framing == Framing::length)
    return damaged(Damage::length, got + "; a frame has " + std::to_string(rules_.length) + oddity());
  if (rules_.framing == Framing::idle) return damaged(Damage::gap, got);
  return damaged(Damage::no_terminator, got + " without the terminator" + oddity());
}

// Its rest may come yet. `is_passed`: it is no scan.
inline void Framer::end_without_end(std::string_view how, bool is_passed, std::vector<Reading>& out) {
  const bool had_bytes = size_ > 0, cut_before = after_cut_;
  auto piece = is_passed ? std::nullopt : piece_without_end(how);
  begin_anew();
  after_cut_ = is_passed ? cut_before : had_bytes;
  const bool is_of_many = piece && (held_ || lines_ > 0);
  if (is_of_many) end_of_line(*std::exchange(piece, {}), {}, out);
  release(out);
  if (piece) out.push_back(std::move(*piece));
}

inline void Framer::cut(const std::string& why, std::vector<Reading>& out) {
  const bool had_bytes = size_ > 0, passed = is_no_scan(), had_loss = lost_;
  unsure_ = true;
  ended_.reset();
  release(out);
  if (!had_bytes && !had_loss) return;
  if (passed) {
    const bool cut_before = after_cut_;
    begin_anew();
    after_cut_ = cut_before;
    return;
  }
  out.push_back(damaged(!had_bytes                          ? Damage::lost
                        : rules_.framing == Framing::length ? Damage::length
                                                            : Damage::no_terminator,
                        std::to_string(size_) + " bytes, then " + why));
  begin_anew();
  after_cut_ = had_bytes;
}

// Whether the frame so far is nothing that anybody scanned. Asked once of each: whoever is asked counts it.
inline bool Framer::is_no_scan() const {
  if (size_ == 0 || size_ != frame_.size()) return false;
  std::string_view text = frame_;
  const auto begin = text.find_first_not_of(between_frames);
  if (begin == std::string_view::npos)  // of so many bytes it is a code, and a binary one
    return size_ != (rules_.framing == Framing::length ? rules_.length : rules_.min_length);
  text = text.substr(begin, text.find_last_not_of(between_frames) - begin + 1);
  if (!ignores_) return false;
  return ignores_(text) ||
         (!rules_.prefix.empty() && text.starts_with(rules_.prefix) && ignores_(text.substr(rules_.prefix.size())));
}

// The frame has its end: strip it, and say what is wrong with it before anybody could take it for good.
inline void Framer::finish(std::string_view rest, std::vector<Reading>& out) {
  if (rules_.framing == Framing::terminator && frame_.size() == size_ && size_ > 0) {
    frame_.resize(size_ - rules_.terminator.size());
    size_ = frame_.size();
  }
  if (is_no_scan()) return begin_anew();
  end_of_line(made_of_frame(), rest, out);
}

inline Reading Framer::made_of_frame() {
  const std::size_t whole = size_;
  const std::string as_it_came = frame_.substr(0, max_damaged_payload);
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
    reading = damaged(bad->first, bad->second);
    reading.payload = as_it_came;
  } else {
    reading.payload = std::move(frame_);
  }
  begin_anew();
  if (rules_.framing == Framing::length) unsure_ = unsure_ || astray;  // so are all that follow without a silence
  if (rules_.framing == Framing::idle) after_cut_ = bad && !astray;    // it is the one or the other half of a scan
  return reading;
}

// One scan after the other, or lines of one code? A person takes longer than `idle` from one scan to the next.
inline void Framer::end_of_line(Reading reading, std::string_view rest, std::vector<Reading>& out) {
  const auto one_of_many = [this](const Reading& line) {
    ++lines_;
    if (shown_.size() < max_damaged_payload) shown_ += (shown_.empty() ? "" : "\n") + line.payload;
  };
  const bool is_another = !rules_.many_lines && (lines_ > 0 || held_ || follows_);
  if (is_another) {
    if (held_) one_of_many(*std::exchange(held_, {}));
    one_of_many(reading);
  } else if (!rules_.many_lines && rest.find_first_not_of(between_frames) != std::string_view::npos) {
    held_ = std::move(reading);
  } else {
    out.push_back(std::move(reading));
  }
  follows_ = false;
  ended_ = last_;
}

// What was held back, now that nothing more comes behind it.
inline void Framer::release(std::vector<Reading>& out) {
  if (held_) out.push_back(*std::exchange(held_, {}));
  if (lines_ == 0) return;
  Reading reading = damaged(Damage::length, std::to_string(lines_) + (lines_ == 1 ? " line" : " lines") +
                                                " without a pause after or behind another scan: several in one code");
  reading.payload = shown_.substr(0, max_damaged_payload);
  out.push_back(std::move(reading));
  lines_ = 0;
  shown_.clear();
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
                                         " to " + std::to_string(rules_.max_length) + oddity());
  return {};
}

inline Reading Framer::damaged(Damage damage, std::string detail) const {
  return {.payload = frame_.substr(0, max_damaged_payload),
          .seen = last_,
          .damage = damage,
          .damage_detail = std::move(detail)};
}

// What a person would see in the bytes who knows the usual mistakes.
inline std::string Framer::oddity() const {
  if (frame_.empty() || size_ != frame_.size()) return {};
  const auto last = static_cast<unsigned char>(frame_.back());
  if (last == 0x8D || last == 0x8A)
    return std::string("; it ends with ") + (last == 0x8D ? "8D, a CR" : "8A, an LF") +
           " with a parity bit: the scanner sends 7 bits and parity, and 8 are read";
  if (last == '\r' || last == '\n') return "; it ends with CR or LF: is that its terminator?";
  return {};
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
