// What a list says as a whole: how many it lets pass, and what in it may be meant in another way than it is read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <gatepost/time.hpp>

#include "entry.hpp"

namespace roster {

/// How it stands with all entries at one time.
struct Standing {
  std::uint64_t all = 0, may_pass = 0, blocked = 0, expired = 0, not_yet_valid = 0;
};

/// Small, however long the list is: of dates only how many end or begin at each time, to the hour where there are more
/// than 100,000 of them.
class Summary {
 public:
  void add(const Entry& entry, const Dates& dates, std::uint64_t times = 1);
  Standing at(gatepost::WallTime now) const;
  /// "489 of 500 may pass now, 3 blocked, 7 expired, 1 not yet valid; not used: phone, note"
  std::string text(gatepost::WallTime now) const;

  /// What an operator should look at; empty: nothing.
  const std::string& doubts() const { return doubts_; }
  void doubt(const std::string& what) { doubts_ += (doubts_.empty() ? "" : "; ") + what; }
  /// Columns that mean nothing here, named for people.
  void leaves_out(const std::string& columns);

  /// As text, for the index of a list; and back.
  std::string saved() const;
  static std::optional<Summary> load(std::string_view saved);

 private:
  using Times = std::map<std::int64_t, std::uint64_t>;
  static void count(Times& times, gatepost::WallTime time, std::uint64_t how_often);

  std::uint64_t all_ = 0, blocked_ = 0;
  Times ends_, begins_;  ///< of those that are not blocked
  std::string doubts_, unused_;
};

/// Looks at each entry while a list is read, for what is probably not meant so. Names no subject.
class Doubts {
 public:
  void look_at(std::string_view subject, const Entry& entry, const Dates& dates, std::uint64_t line,
               std::uint64_t times = 1);
  void tell(Summary& summary) const;

 private:
  struct Seen {
    std::uint64_t count = 0, line = 0;
    void at(std::uint64_t here, std::uint64_t times) {
      if (count == 0) line = here;
      count += times;
    }
    std::string text() const;
  };
  void look_at_date(const char* column, const std::string& text, bool is_date, std::uint64_t line, std::uint64_t times);
  void tell_of_lost_zeros(Summary& summary) const;

  std::map<std::string, Seen> words_;  ///< of status, that are not known
  Seen other_words_;                   ///< when there are too many of them
  std::map<std::string, Seen> day_first_;
  Seen midnights_, no_dates_, powers_;
  std::map<std::size_t, Seen> lengths_;  ///< of subjects that are digits alone
  std::uint64_t no_digits_ = 0;
};

}  // namespace roster
