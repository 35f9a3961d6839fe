#include "wiring.hpp"

#include <algorithm>
#include <charconv>

namespace turnstile {
namespace {

using gatepost::Error;

gatepost::Result<std::pair<std::string, int>> entry(const std::string& text) {
  const auto equals = text.find('=');
  const std::string key = text.substr(0, equals);
  const bool directed = key.size() > 3 && (key.ends_with(".in") || key.ends_with(".out"));
  int channel = 0;
  const char* begin = text.data() + std::min(equals, text.size() - 1) + 1;
  const auto [end, failure] = std::from_chars(begin, text.data() + text.size(), channel);
  if (equals == text.npos || !directed || failure != std::errc() || end != text.data() + text.size() || channel < 1 ||
      channel > 64)
    return Error{"'" + text.substr(0, 40) + "' names no channel of a lane", "channels", "write it as lane.in=1"};
  return std::pair(key, channel);
}

}  // namespace

gatepost::Result<Wiring> Wiring::make(int in, int out, const std::vector<std::string>& channels) {
  Wiring wiring;
  if (channels.empty()) {
    if (in == out)
      return Error{in == 0 ? "no direction has a channel" : "both directions have the same channel", "out",
                   "give each direction a channel of its own; 0 is a direction that is not fitted"};
    wiring.any_in_ = in;
    wiring.any_out_ = out;
    wiring.all_ = {in, out};
    wiring.all_.erase(0);
    return wiring;
  }
  for (const auto& text : channels) {
    auto one = text.empty() ? gatepost::Result<std::pair<std::string, int>>(
                                  Error{"an entry is empty", "channels", "write it as lane.in=1"})
                            : entry(text);
    if (!one) return one.error();
    if (!wiring.all_.insert(one->second).second)
      return Error{"channel " + std::to_string(one->second) + " is given twice, the second time to " + one->first,
                   "channels", "give each lane and direction a channel of its own"};
    if (!wiring.of_lane_.insert(*one).second) return Error{one->first + " is named twice", "channels", "name it once"};
  }
  return wiring;
}

bool Wiring::opens(gatepost::Direction direction) const {
  const std::string end = "." + std::string(to_word(direction));
  return (direction == gatepost::Direction::in ? any_in_ : any_out_) != 0 ||
         std::ranges::any_of(of_lane_, [&](const auto& one) { return one.first.ends_with(end); });
}

int Wiring::channel(std::string_view lane, gatepost::Direction direction) const {
  if (of_lane_.empty()) return direction == gatepost::Direction::in ? any_in_ : any_out_;
  const auto found = of_lane_.find(std::string(lane) + "." + std::string(to_word(direction)));
  return found == of_lane_.end() ? 0 : found->second;
}

}  // namespace turnstile
