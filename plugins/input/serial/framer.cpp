#include "framer.hpp"

#include <utility>

namespace serial {

using gatepost::Damage;
using gatepost::Reading;

std::size_t Framer::bound() const {
  return gatepost::max_payload + rules_.prefix.size() + rules_.terminator.size() + 3;
}

void Framer::feed(std::string_view bytes, gatepost::MonotonicTime at, bool lost, std::vector<Reading>& out) {
  if (in_frame() && at - last_ > rules_.idle) silence(out);
  lost_ = lost_ || lost;
  for (const char byte : bytes) take(byte, at, out);
}

void Framer::take(char byte, gatepost::MonotonicTime at, std::vector<Reading>& out) {
  last_ = at;
  const bool any_end = rules_.framing == Framing::terminator && rules_.terminator.empty();
  if (any_end && (byte == '\r' || byte == '\n')) {
    // The LF of a CR LF, and a second Enter, are no scans.
    if (size_ > 0) return finish(out);
    after_cut_ = false;  // the cut scan's own end, late: what follows is whole
    return;
  }
  ++size_;
  if (frame_.size() < bound()) frame_.push_back(byte);
  if (rules_.framing == Framing::terminator) {
    tail_.push_back(byte);
    if (tail_.size() > rules_.terminator.size()) tail_.erase(0, 1);
  }
  if (at_end()) finish(out);
}

bool Framer::at_end() const {
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

void Framer::silence(std::vector<Reading>& out) {
  if (!in_frame()) return;
  if (rules_.framing == Framing::idle) return finish(out);
  const std::string got = std::to_string(size_) + " bytes, then silence";
  if (size_ > bound() || frame_.size() > gatepost::max_payload)
    report(Damage::overlong, std::to_string(size_) + " bytes without an end", out);
  else if (rules_.framing == Framing::length)
    report(Damage::length, got + "; a frame has " + std::to_string(rules_.length), out);
  else
    report(Damage::no_terminator, got + " without the terminator", out);
  begin_anew();
  after_cut_ = rules_.framing == Framing::terminator;
}

// The frame has its end: strip it, and say what is wrong with it before anybody could take it for good.
void Framer::finish(std::vector<Reading>& out) {
  const std::size_t whole = size_;
  if (rules_.framing == Framing::terminator && frame_.size() == size_) frame_.resize(size_ - rules_.terminator.size());
  const bool prefixed = frame_.starts_with(rules_.prefix);
  if (prefixed) frame_.erase(0, rules_.prefix.size());
  const bool has_aim = rules_.aim && frame_.size() >= 3 && frame_[0] == ']';
  Reading reading{.payload = {}, .seen = last_};
  if (has_aim) {
    reading.symbology = frame_.substr(0, 3);
    frame_.erase(0, 3);
  }
  const std::size_t size = frame_.size();
  if (whole > bound() || size > gatepost::max_payload)
    report(Damage::overlong,
           std::to_string(whole) + " bytes; at most " + std::to_string(gatepost::max_payload) + " are kept", out);
  else if (lost_)
    report(Damage::lost, "the line lost or garbled bytes of it", out);
  else if (after_cut_)
    report(Damage::gap, "it follows a scan without an end and may be the rest of it", out);
  else if (!prefixed || (rules_.aim && !has_aim))
    report(Damage::lost, prefixed ? "it does not begin with an AIM identifier" : "it does not begin with the prefix",
           out);
  else if (size < rules_.min_length || size > rules_.max_length)
    report(Damage::length,
           std::to_string(size) + " bytes; allowed are " + std::to_string(rules_.min_length) + " to " +
               std::to_string(rules_.max_length),
           out);
  else {
    reading.payload = std::move(frame_);
    out.push_back(std::move(reading));
  }
  begin_anew();
}

void Framer::report(Damage damage, std::string detail, std::vector<Reading>& out) {
  // What came is kept for the Record's eye only as its size: a damaged payload is never looked up.
  out.push_back({.payload = {}, .seen = last_, .damage = damage, .damage_detail = std::move(detail)});
}

void Framer::begin_anew() {
  frame_.clear();
  if (frame_.capacity() > 1024) frame_.shrink_to_fit();
  tail_.clear();
  size_ = 0;
  lost_ = false;
  after_cut_ = false;
}

}  // namespace serial
