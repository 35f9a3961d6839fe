#include "wiring.hpp"

#include <charconv>

namespace lamp {
namespace {

using gatepost::Error;
using gatepost::Result;

constexpr int most_channels = 64;

}  // namespace

Result<Wiring> Wiring::make(Pair every, const std::vector<std::string>& channels) {
  Wiring wiring;
  for (const auto& text : channels)
    if (auto added = wiring.add(text); !added) return added.error();
  if (!channels.empty()) return wiring;
  if (every.grant == every.deny)
    return Error{every.grant == 0 ? "no verdict has a channel" : "both verdicts have the same channel", "deny",
                 "give each verdict a channel of its own; 0 is a verdict without a lamp"};
  wiring.every_ = every;
  wiring.all_ = {every.grant, every.deny};
  wiring.all_.erase(0);
  return wiring;
}

Result<void> Wiring::add(const std::string& text) {
  const auto equals = text.find('=');
  const std::string key = text.substr(0, equals);
  const auto dot = key.rfind('.');
  const std::string verdict = dot == key.npos ? std::string() : key.substr(dot + 1);
  int channel = 0;
  const std::string number = equals == text.npos ? std::string() : text.substr(equals + 1);
  const auto [end, failure] = std::from_chars(number.data(), number.data() + number.size(), channel);
  if (dot == 0 || (verdict != "grant" && verdict != "deny") || failure != std::errc() ||
      end != number.data() + number.size() || channel < 1 || channel > most_channels)
    return Error{"'" + text.substr(0, 40) + "' names no lamp of a lane", "channels", "write it as lane.grant=1"};
  Pair& pair = of_lane_[key.substr(0, dot)];
  int& place = verdict == "grant" ? pair.grant : pair.deny;
  if (place != 0) return Error{key + " is named twice", "channels", "name it once"};
  if (!all_.insert(channel).second)
    return Error{"channel " + std::to_string(channel) + " is given twice, the second time to " + key, "channels",
                 "give each lamp a channel of its own"};
  place = channel;
  return {};
}

Pair Wiring::of(std::string_view lane) const {
  if (of_lane_.empty()) return every_;
  const auto found = of_lane_.find(lane);
  return found == of_lane_.end() ? Pair() : found->second;
}

}  // namespace lamp
