// The relay board of tools/templates/board, played on a pseudo-terminal.
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "world/guards.hpp"
#include "world/pty.hpp"

namespace gatepost {

class TextBoard {
 public:
  TextBoard() : thread_([this](const std::stop_token& stop) { play(stop); }) {}

  std::string name() const { return line_.name(); }
  bool on(int relay) const { return on_.at(static_cast<std::size_t>(relay - 1)); }
  bool becomes(int relay, bool on, std::chrono::milliseconds patience = std::chrono::seconds(5)) const {
    return world::soon([&] { return this->on(relay) == on; }, patience);
  }
  /// How often it was told to switch a relay on.
  int switched_on() const { return switched_on_; }

 private:
  void play(const std::stop_token& stop) {
    std::string came;
    while (!stop.stop_requested()) {
      came += line_.read(5);  // looks now and then whether it is to stop
      for (auto end = came.find('\r'); end != came.npos; end = came.find('\r')) {
        answer(came.substr(0, end));
        came.erase(0, end + 1);
      }
    }
  }
  // "relay on 0", "relay off 0", "relay read 0"
  void answer(const std::string& line) {
    std::atomic<bool>& relay = on_.at(static_cast<std::size_t>(line.back() - '0'));
    if (line.find(" on ") != line.npos) {
      relay = true;
      ++switched_on_;
    }
    if (line.find(" off ") != line.npos) relay = false;
    const bool asks = line.find(" read ") != line.npos;
    line_.write(line + "\n\r" + (asks ? relay ? "on\n\r" : "off\n\r" : "") + ">");
  }

  world::Pty line_;
  std::array<std::atomic<bool>, 2> on_{};
  std::atomic<int> switched_on_ = 0;
  std::jthread thread_;
};

}  // namespace gatepost
