// Cables that are drawn and put in again, over and over, while the rest of the site works on.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <thread>

#include "devices/acm_serial.hpp"
#include "devices/hid_pos_scanner.hpp"
#include "devices/keyboard_gun.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

/// GATEPOST_STORM in the environment; a campaign takes 50.
int cycles() {
  const char* asked = std::getenv("GATEPOST_STORM");
  return asked == nullptr ? 3 : std::max(2, std::atoi(asked));
}

/// What a process holds of the machine.
struct Holdings {
  long files = 0, threads = 0, kilobytes = 0;

  static Holdings of(pid_t pid) {
    const std::filesystem::path folder = "/proc/" + std::to_string(pid);
    Holdings found;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder / "fd")) ++found.files;
    std::ifstream status(folder / "status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("Threads:")) found.threads = std::atol(line.c_str() + 8);
      if (line.starts_with("VmRSS:")) found.kilobytes = std::atol(line.c_str() + 6);
    }
    return found;
  }
};

/// A scanner on another port that never stops.
class Busy {
 public:
  explicit Busy(AcmSerial& scanner)
      : thread_([&scanner, this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            scanner.write("E000003\r");
            ++scans_;
            std::this_thread::sleep_for(50ms);  // twenty a second
          }
        }) {}
  int stop() {
    thread_.request_stop();
    thread_.join();
    return scans_;
  }

 private:
  std::atomic<int> scans_ = 0;
  std::jthread thread_;
};

std::int64_t now_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

std::string text(const boost::json::object& row, const char* key) { return std::string(row.at(key).as_string()); }

/// When the device came up for the nth time, by the engine's clock, which is this one's too.
std::int64_t up_at(Site& site, const std::string& device, std::size_t nth) {
  std::size_t count = 0;
  for (const auto& row : site.rows())
    if (text(row, "kind") == "device" && text(row, "reason") == "up" && text(row, "device") == device && ++count == nth)
      return row.at("at_ns").as_int64();
  return 0;
}

std::string name_of(UsbDevice& device) {
  char kind[64];
  std::snprintf(kind, sizeof kind, "usb:%04x:%04x@", static_cast<unsigned>(device.identity().vendor),
                static_cast<unsigned>(device.identity().product));
  return kind + device.bus_id();
}

void print(const char* what, std::vector<double> milliseconds) {
  std::ranges::sort(milliseconds);
  std::printf("%s: %zu cycles, back at work after p50 %.0f ms, longest %.0f ms\n", what, milliseconds.size(),
              milliseconds[milliseconds.size() / 2], milliseconds.back());
}

/// Draws the cable and puts it in again, with a scan of a code of its own each time; how long after its node was there
/// it was at work.
template <class Device, class Scan, class Node>
std::vector<double> storm(Site& site, Device& device, const std::string& name, const std::string& code, Scan scan,
                          Node node) {
  std::vector<double> took;
  for (int cycle = 1; cycle <= cycles(); ++cycle) {
    device.unplug();
    EXPECT_TRUE(site.recorded("device down " + name, cycle)) << site.engine().output();
    device.plug();
    node(device);
    const auto there = now_ns();
    if (!site.recorded("device up " + name, cycle + 1)) {
      ADD_FAILURE() << name << " does not come back in cycle " << cycle << site.engine().output();
      break;
    }
    took.push_back(static_cast<double>(up_at(site, name, static_cast<std::size_t>(cycle) + 1) - there) / 1e6);
    std::this_thread::sleep_for(200ms);  // what comes right after the opening may be the rest of a code
    EXPECT_TRUE(site.granted(
        code, [&] { scan(device); }, cycle))
        << site.engine().output();
  }
  print(name.c_str(), took);
  return took;
}

TEST(Storm, EachDeviceIsBackAtWorkAndNothingIsLostOrLeaks) {
  KeyboardGun gun;
  HidPosScanner pos;
  AcmSerial line, other;
  gun.plug();
  pos.plug();
  line.plug();
  other.plug();
  for (const auto& file : {gun.event(), pos.hidraw(), line.tty(), other.tty()}) ASSERT_NE(file, "");
  Site site("  gun: { plugin: usb_hid, device: '" + name_of(gun) + "' }\n  pos: { plugin: usb_hid, device: '" +
                name_of(pos) + "' }\n  line: { plugin: serial, device: '" + name_of(line) +
                "' }\n  busy: { plugin: serial, device: '" + name_of(other) + "' }\n",
            "gun: in, pos: in, line: in, busy");
  site.run({"gun up", "pos up", "line up", "busy up"});
  Busy busy(other);
  std::vector<double> took;
  Holdings early;
  const auto add = [&](const std::vector<double>& more) { took.insert(took.end(), more.begin(), more.end()); };
  add(storm(
      site, gun, "gun", "E000001", [](auto& one) { one.scan("E000001"); }, [](auto& one) { one.event(); }));
  early = Holdings::of(site.engine().pid());
  add(storm(
      site, pos, "pos", "E000002", [](auto& one) { one.scan("E000002"); }, [](auto& one) { one.hidraw(); }));
  add(storm(
      site, line, "line", "E000004", [](auto& one) { one.write("E000004\r"); }, [](auto& one) { one.tty(); }));
  const int scanned = busy.stop();
  EXPECT_TRUE(site.recorded("attempt granted E000003", scanned)) << "the busy scanner lost some of " << scanned;
  const Holdings late = Holdings::of(site.engine().pid());
  std::printf("files %ld, then %ld; threads %ld, then %ld; resident %ld KiB, then %ld KiB\n", early.files, late.files,
              early.threads, late.threads, early.kilobytes, late.kilobytes);
  EXPECT_EQ(late.files, early.files);
  EXPECT_EQ(late.threads, early.threads);
  EXPECT_LT(late.kilobytes, early.kilobytes + 2048);
  std::ranges::sort(took);
  EXPECT_LT(took.at(took.size() / 2), 1000) << "milliseconds";
  const std::map<std::string, std::string> whose{
      {"E000001", "gun"}, {"E000002", "pos"}, {"E000003", "busy"}, {"E000004", "line"}};
  for (const auto& row : site.rows()) {
    const auto code = whose.find(text(row, "subject"));
    if (code == whose.end()) continue;
    EXPECT_EQ(text(row, "device"), code->second) << code->first;
  }
}

}  // namespace
}  // namespace gatepost::lab
