// Codes to scan in a trial: such that a lane of the site grants.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/site.hpp"

namespace gatepost::lab {

/// In which direction is scanned at this input; the way in where that has to be said.
inline Direction way_of(const config::LaneInput& input) { return input.direction.value_or(Direction::in); }

class Codes {
 public:
  /// `given`: by device, or by "" for all; they are taken as they are.
  Codes(const config::Site& site, std::map<std::string, std::string> given);

  /// The next code for this input of a lane, another one than before where there are several. One that the lane's own
  /// credentials and policies grant where one can be found in the site's rosters and patterns.
  std::string next(const config::Lane& lane, const config::LaneInput& input);

  /// Whether such a code could be found, or is given.
  bool knows(const config::Lane& lane, const config::LaneInput& input);

 private:
  struct OfLane {
    std::vector<std::string> granted;
    std::size_t next = 0;
  };
  OfLane& of(const config::Lane& lane, Direction direction);
  std::vector<std::string> candidates(const config::Lane& lane) const;
  std::optional<Credential> read(const config::Lane& lane, const Reading& reading) const;
  bool grants(const config::Lane& lane, const std::string& code, Direction direction) const;

  const config::Site& site_;
  std::map<std::string, std::string> given_;
  std::map<std::string, std::unique_ptr<CredentialFormat>> formats_;
  std::map<std::string, std::unique_ptr<Policy>> policies_;
  std::map<std::pair<std::string, Direction>, OfLane> lanes_;
};

}  // namespace gatepost::lab
