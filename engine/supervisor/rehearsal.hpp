// A site at which scans happen one after the other, at times of the caller's choosing: for site tests, and to see what
// a changed site would have answered. Policies learn of each as they would from Records; nothing is kept and nothing
// moves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/lookup.hpp"
#include "supervisor/unrun_site.hpp"

namespace gatepost::supervisor {

/// The time that the caller sets.
class SetClock final : public Clock {
 public:
  void set(WallTime wall) { wall_ = wall; }
  MonotonicTime now() const override { return MonotonicTime(wall_.time_since_epoch()); }
  WallTime wall() const override { return wall_; }
  ClockState state() const override { return {ClockSource::network, Duration(1)}; }

 private:
  WallTime wall_{};
};

class Rehearsal {
 public:
  /// Outlives it. Nobody has passed it yet.
  explicit Rehearsal(const config::Site& site) : site_(&site), objects_(site, clock_, UnrunSite::Knows::nothing) {}
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;

  /// At that time. `Lookup::record` is the Record of it, numbered, as the policies have learned it.
  Result<runtime::Lookup> scan(WallTime at, const runtime::LookupQuery& query);
  /// Whoever was let in by the Record of that number did not go through after all.
  void turned_back(std::uint64_t sequence);

 private:
  Result<void> build_all();
  void learn(Record& record);

  const config::Site* site_;
  SetClock clock_;
  UnrunSite objects_;
  bool built_ = false;
  std::uint64_t sequence_ = 0;
};

}  // namespace gatepost::supervisor
