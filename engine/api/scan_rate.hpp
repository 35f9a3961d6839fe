// Whether a checkpoint scans in earnest: its scans by the hour, beside the same hours of the weeks before.
#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <cstdint>
#include <gatepost/record.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatepost::api {

/// Of Records in order. Scans are attempts at a reader, whatever came of them; who pressed a button scanned nothing.
class ScanRate {
 public:
  /// How far back Records count.
  static constexpr int weeks = 4;

  explicit ScanRate(WallTime now);
  void add(const Record& record);

  /// A time without a scan in which some were usual.
  struct Gap {
    WallTime from, until;
    double usual = 0;  ///< scans in the whole hours of it
  };

  enum class Presence : std::uint8_t {
    earnest,    ///< as many scans as usual, or nearly
    slow,       ///< in the last day less than a quarter of what is usual
    quiet,      ///< none for a while in which there usually are
    unplugged,  ///< every reader is gone
    silent,     ///< no scan in all that time
    unknown,    ///< there are scans, and no week before them to compare with
  };
  Presence presence() const;

  std::uint64_t scans_of_day() const;
  /// Nothing: there is no week to compare with.
  std::optional<double> usual_of_day() const;
  std::vector<Gap> gaps() const;
  /// {"presence","last_scan","scans","usual","gaps":[{"from","until","usual"}],"down":[{"device","since"}]}
  boost::json::object json() const;

 private:
  std::optional<double> usual_at(std::int64_t hour) const;
  double usual_between(WallTime from, WallTime until) const;
  double missed_between(WallTime from, WallTime until) const;

  WallTime now_;
  std::map<std::int64_t, std::uint64_t> hours_;  ///< scans by the hour since 1970
  std::vector<WallTime> of_day_;                 ///< the scans of the last day
  std::optional<WallTime> last_, first_;
  std::map<std::string, std::optional<WallTime>> devices_;  ///< since when one is down; nothing: it is up
};

std::string_view to_word(ScanRate::Presence presence);

}  // namespace gatepost::api
