// A gun that the kernel is made to believe in (uinput), and a relay board at a pseudo-terminal: from the last key to
// the board's command, by the kernel's own times. Where there is no /dev/uinput, as in a container, it is skipped; the
// lab runs it, too.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/uinput.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <thread>

#include "world/command.hpp"
#include "world/guards.hpp"
#include "world/pty.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using MonotonicNow = std::chrono::steady_clock;

constexpr std::string_view open_frame("\xA0\x01\x01\xA2", 4);
constexpr std::size_t scans = 200,
                      enough = 15;  // or what comes in the time that a test may take beside busy neighbours
constexpr auto longest = 8s;
constexpr auto patience = 30s;  // an emulated machine is slow

/// A keyboard of this process's.
class UinputGun {
 public:
  UinputGun() : file_(::open("/dev/uinput", O_WRONLY | O_NONBLOCK | O_CLOEXEC)), error_(errno) {
    if (!there()) return;
    ::ioctl(file_, UI_SET_EVBIT, EV_KEY);
    for (int key = KEY_ESC; key <= KEY_KPDOT; ++key) ::ioctl(file_, UI_SET_KEYBIT, key);
    uinput_setup setup{};
    setup.id = {BUS_USB, 0x0C2E, 0x0B61, 1};
    std::snprintf(setup.name, sizeof setup.name, "Gatepost test gun");
    if (::ioctl(file_, UI_DEV_SETUP, &setup) != 0 || ::ioctl(file_, UI_DEV_CREATE) != 0) error_ = errno;
  }
  ~UinputGun() {
    if (there()) ::close(file_);
  }
  UinputGun(const UinputGun&) = delete;
  UinputGun& operator=(const UinputGun&) = delete;

  bool there() const { return file_ >= 0; }
  std::string why_not() const { return std::strerror(error_); }

  /// /dev/input/event3, once it is there.
  std::string event() const {
    std::array<char, 64> name{};
    ::ioctl(file_, UI_GET_SYSNAME(name.size()), name.data());
    std::string found;
    world::soon([&] {
      std::error_code failure;
      for (const auto& entry : fs::directory_iterator(fs::path("/sys/devices/virtual/input") / name.data(), failure))
        if (entry.path().filename().string().starts_with("event"))
          found = "/dev/input/" + entry.path().filename().string();
      return !found.empty() && fs::exists(found);
    });
    return found;
  }

  /// E and six digits, and Enter.
  void scan(const std::string& code) {
    constexpr std::array digits{KEY_0, KEY_1, KEY_2, KEY_3, KEY_4, KEY_5, KEY_6, KEY_7, KEY_8, KEY_9};
    for (const char c : code) {
      if (c == 'E') write(KEY_LEFTSHIFT, 1);
      press(c == 'E' ? KEY_E : digits.at(static_cast<std::size_t>(c - '0')));
      if (c == 'E') write(KEY_LEFTSHIFT, 0);
    }
    press(KEY_ENTER);
  }

 private:
  void press(int key) {
    write(key, 1);
    write(key, 0);
  }
  void write(int key, int value) {
    put(EV_KEY, key, value);
    put(EV_SYN, SYN_REPORT, 0);
    std::this_thread::sleep_for(200us);  // the kernel keeps 64 events
  }
  void put(int type, int code, int value) {
    input_event event{};
    event.type = static_cast<std::uint16_t>(type);
    event.code = static_cast<std::uint16_t>(code);
    event.value = value;
    EXPECT_EQ(::write(file_, &event, sizeof event), static_cast<ssize_t>(sizeof event));
  }

  int file_, error_;
};

std::string site_of(const std::string& gun, const std::string& board) {
  return "site: { name: Uinput, code: 4017 }\njournal: { file: journal.db }\ndevices:\n"
         "  gun: { plugin: usb_hid, lines: many, device: 'input:" +
         gun + "' }\n  gate: { plugin: turnstile_relay, board: 'lcus:" + board +
         "', pulse: 10ms }\n"
         "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
         "policies: { list: { plugin: roster, file: people.csv } }\n"
         "lanes: { main: { inputs: { gun: in }, credentials: [card], policies: [list], actuator: gate, "
         "repeat_within: 0s } }\n";
}

/// When the board was told to open; nothing: it was not within three seconds.
std::optional<MonotonicNow::time_point> opened(world::Pty& board) {
  std::string got;
  const auto end = MonotonicNow::now() + 3s;
  while (MonotonicNow::now() < end) {
    got += board.read(100, 4);
    if (got.find(open_frame) != got.npos) return MonotonicNow::now();
  }
  return {};
}

/// When the kernel had the last key of each code that was let pass.
std::vector<std::int64_t> seen(const std::string& records) {
  std::vector<std::int64_t> all;
  std::istringstream lines(records);
  for (std::string line; std::getline(lines, line);) {
    const auto row = boost::json::parse(line).as_object();
    if (row.at("kind") == "attempt" && row.at("reason") == "granted")
      all.push_back(std::stoll(std::string(row.at("at_ns").as_string())));
  }
  return all;
}

TEST(Uinput, FromAGunsLastKeyToTheBoardsCommand) {
  UinputGun gun;
  if (!gun.there()) GTEST_SKIP() << "/dev/uinput cannot be opened (" << gun.why_not() << "): no gun can be made here";
  const auto event = gun.event();
  ASSERT_NE(event, "") << "uinput made no keyboard";
  world::Pty board;
  world::Shell shell;
  shell.disk().write("people.csv", "subject\nE000001\n");
  const auto file = shell.disk().write("site.yaml", site_of(event, board.name())).string();
  auto engine = shell.start({"run", file});
  ASSERT_TRUE(engine->says("gun up", patience)) << engine->output();
  ASSERT_TRUE(engine->says("gate up", patience)) << engine->output();
  std::this_thread::sleep_for(200ms);  // what comes right after the opening may be the rest of a code
  board.read(100);
  std::vector<MonotonicNow::time_point> moved;
  for (const auto until = MonotonicNow::now() + longest; moved.size() < scans && MonotonicNow::now() < until;) {
    gun.scan("E000001");
    if (const auto at = opened(board)) moved.push_back(*at);
    board.read(30);  // till it is shut, and a moment more
  }
  const auto kernel = seen(shell.say({"records", file, "--json", "--limit", "0"}).text);
  ASSERT_EQ(kernel.size(), moved.size());
  ASSERT_GE(moved.size(), enough);
  std::vector<double> times;
  for (std::size_t i = 0; i < moved.size(); ++i)
    times.push_back(static_cast<double>(moved[i].time_since_epoch().count() - kernel[i]) / 1e6);
  std::ranges::sort(times);
  const auto at = [&](std::size_t part) { return times.at((times.size() - 1) * part / 100); };
  std::printf("last key to board's command: %zu scans, min %.2f, p50 %.2f, p90 %.2f, p99 %.2f, max %.2f ms\n",
              times.size(), at(0), at(50), at(90), at(99), at(100));
  EXPECT_GT(at(0), 0);
  EXPECT_LT(at(50), 200);
  EXPECT_LT(at(99), 1500);
}

}  // namespace
}  // namespace gatepost
