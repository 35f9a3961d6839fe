// The scanners that a site's device may turn out to be.
#pragma once

#include <span>
#include <vector>

#include "config/site.hpp"
#include "devices/learn/listeners.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::learn {

/// An input of a lane, whose scanner is to be found.
struct Question {
  std::string lane;
  std::string direction{};  ///< in, out or ask
  const config::PluginUse* use = nullptr;
  std::string key;  ///< the setting that has its address
};

/// The scanners of the site's lanes in order, each device once. What is no keyboard, POS scanner or serial line (a
/// camera, a button) is left out.
std::vector<Question> questions_of(const config::Site& site);

/// All scanners that are plugged in. What the question's plugin can read is read with the settings of its device, the
/// others as they are. What other devices of the site are, boards and buttons, is left alone.
Result<std::vector<Listener>> candidates(const Question& question, const config::Site& site,
                                         const plugin::Catalogue& catalogue);

}  // namespace gatepost::learn
