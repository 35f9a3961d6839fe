// Contacts that sound an alarm and end it, while lanes come and go: in the end each gate stands as they say.
#include "runtime/fire_alarm.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "scenario.hpp"
#include "scenarios/board.hpp"
#include "scenarios/crowd.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;
using runtime::FireAlarm;
using runtime::Lane;

class Nobody final : public runtime::Observer {
 public:
  void answered(const core::Answer&) override {}
  void recorded(const Record&) override {}
};

struct Street {
  SystemClock clock;
  runtime::Watchdog watchdog{clock};
  Ledger writer;
  Nobody nobody;

  std::unique_ptr<Lane> lane(const char* name, bool opens) {
    auto board = std::make_shared<Board>();
    board->mend();
    config::Lane settings = settings_of(name, "board");
    settings.rules.opens_on_alarm = opens;
    return std::make_unique<Lane>(settings, runtime::Parts{.formats = formats(),
                                                           .policies = everybody(),
                                                           .actuator = board,
                                                           .writer = &writer,
                                                           .observer = &nobody,
                                                           .clock = &clock,
                                                           .watchdog = &watchdog});
  }
};

// True: it sounds when it is done.
bool sound(FireAlarm& alarm, const std::string& contact, std::uint64_t times) {
  bool on = false;
  for (std::uint64_t i = 0; i < times; ++i) {
    on = !on;
    require(alarm.sound(contact, on), "what a contact says is no news");
  }
  return on;
}

// A board may have to be asked again, on a machine that is busy.
void require_state(const Lane& lane, bool is_held_open) {
  const auto stands_so = [&] { return (lane.vitals().gate == core::GateState::held_open) == is_held_open; };
  bool stands = stands_so();
  for (int turn = 0; turn < 20 && !stands; ++turn) {
    std::this_thread::sleep_for(1min);
    stands = stands_so();
  }
  require(stands, is_held_open ? "an alarm opens no gate" : "a gate is held open, and there is no alarm");
}

}  // namespace

void fire_alarm() {
  Street street;
  FireAlarm alarm;
  auto leaves = street.lane("leaves", true), stays = street.lane("stays", true);
  std::unique_ptr<Lane> comes;
  alarm.watch_over({leaves.get(), stays.get()});
  bool sounds_a = false, sounds_b = false;
  {
    const std::jthread a([&, times = draw(4)] { sounds_a = sound(alarm, "a", times); });
    const std::jthread b([&, times = draw(4)] { sounds_b = sound(alarm, "b", times); });
    comes = street.lane("comes", draw(4) > 0);
    alarm.watch_over({stays.get(), comes.get()});
    leaves.reset();
  }
  if (draw(2) == 0) {
    alarm.forget_all_but([](const std::string& contact) { return contact != "a"; });
    sounds_a = false;
  }
  const bool is_alarm = sounds_a || sounds_b;
  require_state(*stays, is_alarm);
  require_state(*comes, is_alarm && comes->opens_on_alarm());
  alarm.watch_over({});
}

}  // namespace gatepost::interleaving
