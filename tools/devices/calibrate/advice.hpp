// What all scans together tell: the settings that fit, and words for a person.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "devices/calibrate/diagnosis.hpp"

namespace gatepost::calibrate {

/// The scanner as it was read.
struct Scanner {
  std::string address;
  std::string plugin;
  bool keeps_ends = true;  ///< what comes after the code is seen; reports of the POS class hide it
  std::string more{};      ///< the settings that it was read with: "baud: 115200"
};

struct Advice {
  std::vector<std::string> words{};  ///< a sentence each
  std::string yaml{};                ///< the device's entry for a site file
  bool all_good = false;             ///< nothing is wrong, and every code was scanned
};

/// What one scan says, in a line: "B: us or uk, 103 of 103 bytes, 210 characters/s".
std::string line_of(const Diagnosis& diagnosis);

/// Bytes as a site file writes them in a scanner's terminator and prefix: \r, \x1D.
std::string escaped(std::string_view bytes);

/// The longest pause that a site should allow within a scan of which the longest was `gap`.
Duration fitting_idle(Duration gap);

/// `seen`: the last scan of each code.
Advice advise(const Scanner& scanner, const std::map<char, Diagnosis>& seen);

}  // namespace gatepost::calibrate
