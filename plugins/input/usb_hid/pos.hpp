// The reports of point-of-sale scanners to Readings. No I/O.
#pragma once

#include <cstddef>
#include <functional>
#include <gatepost/reading.hpp>
#include <gatepost/time.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace usb_hid {

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct PosRules {
  gatepost::Duration idle = std::chrono::milliseconds(100);  ///< the longest pause between two reports of one scan
  std::string terminator{};  ///< taken off where a scan ends with it; empty: CR, LF or CR LF
  std::string prefix{};      ///< what every scan begins with; taken off
  std::size_t min_length = 1, max_length = gatepost::max_payload;
};

/// Report 02 of 64 bytes: its length, the AIM identifier, 56 bytes of data, and whether more follow; several are one
/// scan. A cut scan never comes out as a good one: one whose rest does not come, comes too late, or is of another code
/// is a damaged Reading, and so is what may be its rest. A scanner's answers to commands are no scans.
class PosScans {
 public:
  /// `ignores`: what is no scan, whatever is wrong with it.
  explicit PosScans(PosRules rules, std::function<bool(std::string_view)> ignores = {})
      : rules_(std::move(rules)), ignores_(std::move(ignores)) {}

  /// Listening begins at `at`: what comes before a silence may be the rest of a scan.
  void joined(gatepost::MonotonicTime at);

  /// One report, with its number. `lost`: reports before it may be lost.
  void report(std::span<const std::byte> bytes, gatepost::MonotonicTime at, bool lost,
              std::vector<gatepost::Reading>& out);

  /// Somebody waited for PosRules::idle, and nothing came. Nothing else is a silence: the time between two reports
  /// tells as much of a process that was held up as of the scanner.
  void silence(std::vector<gatepost::Reading>& out);

  /// The device is gone. `why` is for people.
  void cut(const std::string& why, std::vector<gatepost::Reading>& out);

  /// Whether somebody should wait for silence.
  bool awaits_silence() const { return begun_ || unsure_; }

 private:
  void begin(std::string_view aim);
  void spoil(gatepost::Damage damage, std::string why);
  void end_without_end(std::string_view how, std::vector<gatepost::Reading>& out);
  void finish(std::vector<gatepost::Reading>& out);
  void tell(gatepost::Damage damage, std::string why, std::vector<gatepost::Reading>& out) const;
  bool is_answer() const;
  bool is_ignored() const;
  void take_ends_off();

  PosRules rules_;
  std::function<bool(std::string_view)> ignores_;
  std::string aim_, data_;
  std::size_t size_ = 0;  ///< bytes of it, kept or not
  bool begun_ = false;
  bool unsure_ = false;     ///< what comes before a silence may lack its beginning
  bool after_cut_ = false;  ///< the scan before lost its end: this may be its rest
  gatepost::Damage damage_ = gatepost::Damage::none;
  std::string why_;
  gatepost::MonotonicTime last_{};
};

/// A block whose first byte says how many of the others are data (Symbol 05e0:0600). Nothing: it lies about that.
bool block_data(std::span<const std::byte> block, std::string_view& data);

}  // namespace usb_hid
