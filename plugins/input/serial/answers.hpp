// What a scanner answers commands with: no scan, but on the same line.
#pragma once

#include <functional>
#include <gatepost/time.hpp>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace serial {

/// All that may answer the command, each whole; none: it is of a protocol without answers. Known by their frames:
///   GROW GM65, Newland EM3095 (7E 00 …): 02 00 with done, bad checksum or unknown (EM3095 manual, page 19)
///   Newland since (7E 01 30 30 30 30 …): the command again, with ACK, NAK or ENQ in it (HR52 manual, page 35)
///   SSI: CMD_ACK, and CMD_NAK with its reasons (Zebra's SSI guide; GROW GM72 manual, page 27)
std::vector<std::string> answers_to(std::string_view command);

/// Takes answers out of what comes: whole ones, within a second of their command, and only where no scan has begun.
/// Commands are told from another thread than the one that sifts.
class Answers {
 public:
  /// The line was opened: what was sent and held before is of another one.
  void begin();

  void sent(std::string_view command, gatepost::MonotonicTime at);

  /// Gives `feed` what is no answer, in order and in pieces; `in_scan` is asked between them. What may become an answer
  /// is held back until more comes.
  void sift(std::string_view bytes, gatepost::MonotonicTime now, const std::function<bool()>& in_scan,
            const std::function<void(std::string_view)>& feed);

  /// Whether an answer may come; else there is nothing to sift.
  bool expects(gatepost::MonotonicTime now);

  bool holds() const { return !held_.empty(); }
  /// What is held: nothing more comes, so it is no answer.
  std::string let_go() { return std::exchange(held_, {}); }

 private:
  struct Outstanding {
    std::vector<std::string> answers;
    gatepost::MonotonicTime until;
  };
  enum class Match { none, part, whole };
  struct Found {
    Match match = Match::none;
    std::size_t size = 0;  ///< of a whole one
  };
  Found at_front(std::string_view bytes);

  std::mutex mutex_;
  std::vector<Outstanding> outstanding_;
  std::string held_;  ///< of whoever sifts
};

}  // namespace serial
