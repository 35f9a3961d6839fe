// Who is expected when.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <gatepost/result.hpp>
#include <gatepost/time.hpp>

namespace visit {

/// Shown with the verdict.
using Facts = std::map<std::string, std::string>;

/// Fit to be shown: without control characters, and not endless.
std::string shown_fact(const std::string& text);

/// One visit.
struct Expected {
  gatepost::WallTime from{}, until{};  ///< `until` is not within
  std::shared_ptr<const Facts> facts{};
};

/// Whether mail addresses are looked up, of which case means nothing.
enum class Subjects { as_they_are, mail };

class Calendar {
 public:
  explicit Calendar(Subjects subjects = Subjects::as_they_are) : subjects_(subjects) {}

  void add(const std::string& subject, Expected visit);
  /// After the last one.
  void sort();

  /// The visits of a credential's subject, by their ends.
  std::span<const Expected> of(const std::string& subject) const;
  std::size_t size() const { return size_; }
  /// How many are within a stretch of time, be it in part.
  std::size_t between(gatepost::WallTime from, gatepost::WallTime until) const;

 private:
  std::string key_of(const std::string& subject) const;

  Subjects subjects_;
  std::unordered_map<std::string, std::vector<Expected>> people_;
  std::size_t size_ = 0;
};

/// What a file may ask of us; the default is for whatever comes.
struct Limits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t line = std::size_t{64} << 10;
  std::size_t events = 100'000;         ///< or rows
  std::size_t visits_of_rule = 10'000;  ///< of one that has no end the first: a daily one goes on for 27 years
  std::size_t visits = 1'000'000;
  gatepost::Duration longest = std::chrono::hours(24 * 366);  ///< of one visit
  gatepost::Duration work = std::chrono::seconds(10);
};

}  // namespace visit
