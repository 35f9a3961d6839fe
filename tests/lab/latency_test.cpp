// From the kernel's event to the relay: how long a gate takes, through real drivers at both ends.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "devices/cp2112.hpp"
#include "devices/hid_pos_scanner.hpp"
#include "devices/keyboard_gun.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

/// How many scans; in the suite no more than come in the time that a test may take beside busy neighbours.
struct Plan {
  std::size_t scans = 200;
  Clock::duration longest = 5s;

  /// GATEPOST_LATENCY in the environment asks for so many, however long they take.
  static Plan asked() {
    const char* count = std::getenv("GATEPOST_LATENCY");
    return count == nullptr ? Plan() : Plan{static_cast<std::size_t>(std::max(1, std::atoi(count))), 1h};
  }
};

struct Times {
  std::vector<double> milliseconds;

  double at(double part) const {
    return milliseconds.at(static_cast<std::size_t>(part * static_cast<double>(milliseconds.size() - 1)));
  }
  void print(const char* what) {
    std::ranges::sort(milliseconds);
    std::printf("%s: %zu scans, min %.2f, p50 %.2f, p90 %.2f, p99 %.2f, max %.2f ms\n", what, milliseconds.size(),
                at(0), at(0.5), at(0.9), at(0.99), at(1));
  }
};

class Latency : public testing::Test {
 protected:
  Latency() { pins.plug(); }

  std::string devices(const std::string& scanner) {
    const auto chip = std::filesystem::path(pins.chip()).filename().string();
    return "  gun: { plugin: usb_hid, lines: many, device: '" + scanner +
           "' }\n  gate: { plugin: turnstile_relay, board: 'gpio:" + chip + "/1', pulse: 10ms }\n";
  }

  /// When the gate's relay went on, or off.
  static std::vector<Clock::time_point> times_of(const std::vector<Cp2112::Move>& moves, bool on) {
    std::vector<Clock::time_point> all;
    for (const auto& move : moves)
      if (move.pin == 1 && move.high == on) all.push_back(move.at);
    return all;
  }

  /// Scans until the gate has opened often enough. Who comes while it is not at rest yet is denied, and scans again.
  template <class Scan>
  Times measure(Site& site, Scan scan) {
    std::this_thread::sleep_for(200ms);  // what comes right after the opening may be the rest of a code
    pins.moves().clear();
    const Plan plan = Plan::asked();
    const auto until = Clock::now() + plan.longest;
    for (std::size_t done = 0; done < plan.scans && Clock::now() < until;) {
      scan();
      const auto over = [&](const auto& moves) {
        return times_of(moves, true).size() > done && times_of(moves, false).size() > done;
      };
      pins.moves().waits(over, 300ms);
      done = times_of(pins.moves().all(), true).size();
      std::this_thread::sleep_for(20ms);  // the next one takes a moment to come
    }
    const auto opened = times_of(pins.moves().all(), true);
    EXPECT_TRUE(site.recorded("attempt granted E000001", std::ssize(opened))) << "it opened for nobody";
    return paired(seen(site), opened);
  }

  /// When the kernel, or the read, had each code that was let pass.
  static std::vector<std::int64_t> seen(Site& site) {
    std::vector<std::int64_t> all;
    for (const auto& row : site.rows())
      if (row.at("kind") == "attempt" && row.at("reason") == "granted")
        all.push_back(std::stoll(std::string(row.at("at_ns").as_string())));
    return all;
  }

  static Times paired(const std::vector<std::int64_t>& seen, const std::vector<Clock::time_point>& opened) {
    Times times;
    for (std::size_t i = 0; i < std::min(seen.size(), opened.size()); ++i)
      times.milliseconds.push_back(static_cast<double>(opened[i].time_since_epoch().count() - seen[i]) / 1e6);
    return times;
  }

  // Nothing may move before the kernel had the code, and an emulated machine with neighbours is slow.
  static void bound(const Times& times) {
    ASSERT_GE(times.milliseconds.size(), std::min<std::size_t>(Plan::asked().scans, 15));
    EXPECT_GT(times.at(0), 0);
    EXPECT_LT(times.at(0.5), 200);
    EXPECT_LT(times.at(0.99), 1500);
  }

  Cp2112 pins;
};

// A keyboard's events carry the kernel's own time: a Record's is that of the last key.
TEST_F(Latency, FromAGunsLastKeyToTheGpioEdge) {
  KeyboardGun gun;
  gun.pace = {500us, 1};
  gun.plug();
  Site site(devices("input:" + gun.event()), "gun", "gate");
  site.run({"gun up", "gate up"});
  auto times = measure(site, [&] { gun.scan("E000001"); });
  times.print("last key to GPIO edge");
  bound(times);
}

// hidraw has no times: a Record's is that of the read.
TEST_F(Latency, FromAPosReportToTheGpioEdge) {
  HidPosScanner pos;
  pos.plug();
  Site site(devices("hidraw:" + pos.hidraw()), "gun", "gate");
  site.run({"gun up", "gate up"});
  auto times = measure(site, [&] { pos.scan("E000001"); });
  times.print("POS report read to GPIO edge");
  bound(times);
}

}  // namespace
}  // namespace gatepost::lab
