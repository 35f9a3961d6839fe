// Lamps that are lit by one who does not wait, on a board that fails and is slow.
#include "lights.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;

constexpr Duration lit_for = 3s;

/// The board that is plugged in; a scenario makes one before its lamps.
struct Socket {
  Socket() { present() = this; }
  ~Socket() { present() = nullptr; }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  static Socket*& present() {
    static Socket* socket = nullptr;
    return socket;
  }

  std::atomic<int> failures_left = static_cast<int>(draw(3));
  std::atomic<bool> has_failed = false, is_switched = false;
  std::array<std::atomic<bool>, 3> lit{};  ///< by channel, from 1
};

/// Used by one thread, which a race on `calls_` shows.
class Lamps final : public hal::Relay {
 public:
  int channels() const override { return 2; }
  Result<void> set(int channel, bool on, BootTime) override {
    Socket& socket = *Socket::present();
    ++calls_;
    socket.is_switched = true;
    if (draw(4) == 0) std::this_thread::sleep_for(1s);
    socket.is_switched = false;
    if (socket.failures_left > 0 && draw(3) == 0) {
      --socket.failures_left;
      socket.has_failed = true;
      return Error{"fails", "board", "wait"};
    }
    socket.lit.at(static_cast<std::size_t>(channel)) = on;
    return {};
  }
  std::string identity() const override { return "lamps"; }

 private:
  int calls_ = 0;
};

struct Wish {
  std::atomic<std::size_t> on = 0;
  std::atomic<Duration> until{};
  std::atomic<bool> is_showing = false;
};

std::string waits_in_vain(const Socket& socket, const Wish& wish) {
  if (wish.is_showing) return "time passes, and whoever shows a verdict waits for the board";
  if (socket.has_failed || socket.is_switched || wish.on == 0) return {};
  if (socket.lit.at(3 - wish.on)) return "time passes, and the other lamp is lit";
  const bool is_due = time_passed() < wish.until.load();
  return is_due && !socket.lit.at(wish.on) ? "time passes, and the lamp is not lit" : "";
}

void show(lamp::Lights& lights, Wish& wish) {
  const std::size_t on = 1 + draw(2);
  wish.is_showing = true;
  wish.until = time_passed() + lit_for;
  wish.on = on;
  lights.show(static_cast<int>(on), static_cast<int>(3 - on));
  wish.is_showing = false;
}

}  // namespace

void lights() {
  Socket socket;
  Wish wish;
  before_time_passes([&](auto) { return waits_in_vain(socket, wish); });
  {
    lamp::Lights lights({.scheme = "lamps", .target = "1"}, {}, {1, 2}, lit_for);
    const std::jthread looks([&] { static_cast<void>(lights.trouble()); });
    for (int i = 0; i < 3; ++i) {
      show(lights, wish);
      std::this_thread::sleep_for(1s * draw(5));
    }
    wish.on = 0;
  }
  require(socket.has_failed || (!socket.lit[1] && !socket.lit[2]), "a lamp is lit at the end");
}

}  // namespace gatepost::interleaving

// Linked in place of what opens the machine's devices.
namespace gatepost::hal {

Result<std::unique_ptr<Relay>> open_relay(const Address&, const FindBoard&) {
  return std::unique_ptr<Relay>(std::make_unique<interleaving::Lamps>());
}
Result<void> Relay::pulse(int, Duration, BootTime) { return Error{"times no pulses", "board", "wait"}; }
Result<std::unique_ptr<Contact>> Relay::input(int) { return Error{"has no inputs", "board", "wait"}; }

}  // namespace gatepost::hal
