// A lane that is shown cards by two, while there is a fire and a reload gives it another board; then it ends.
#include "runtime/lane.hpp"

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scenario.hpp"
#include "scenarios/board.hpp"
#include "scenarios/crowd.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;

/// Hears of each card once; of one that no format had time to read, not which.
class Audience final : public runtime::Observer {
 public:
  void answered(const core::Answer& answer) override {
    const std::scoped_lock lock(mutex_);
    ++answers_;
    if (answer.credential) require(heard_.insert(answer.credential->subject).second, "a card was answered twice");
  }
  void recorded(const Record&) override {}
  std::size_t answers() const {
    const std::scoped_lock lock(mutex_);
    return answers_;
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> heard_;
  std::size_t answers_ = 0;
};

struct Street {
  SystemClock clock;
  runtime::Watchdog watchdog{clock};
  Ledger writer;
  Audience audience;
};

std::shared_ptr<Board> good_board() {
  auto board = std::make_shared<Board>();
  board->mend();
  return board;
}

runtime::Parts parts_of(Street& street) {
  return {.formats = formats(),
          .policies = everybody(),
          .actuator = good_board(),
          .writer = &street.writer,
          .observer = &street.audience,
          .clock = &street.clock,
          .watchdog = &street.watchdog};
}

void show(runtime::Lane& lane, const std::string& who) {
  for (const char* number : {"1", "2"}) lane.offer({.payload = who + number}, Direction::in);
}

void sound_fire(runtime::Lane& lane) {
  lane.hold_open(true);
  std::this_thread::sleep_for(1s * draw(3));
  lane.hold_open(false);
}

}  // namespace

void lane() {
  Street street;
  config::Lane settings = settings_of("lane", "board");
  settings.rules.opens_on_alarm = true;
  auto lane = std::make_unique<runtime::Lane>(settings, parts_of(street));
  {
    std::vector<std::jthread> threads;
    for (const char* who : {"a", "b"}) threads.emplace_back([&, who] { show(*lane, who); });
    if (draw(2) == 0) threads.emplace_back([&] { sound_fire(*lane); });
    if (draw(2) == 0) threads.emplace_back([&] { static_cast<void>(lane->vitals()); });
    for (std::uint64_t reloads = draw(3); reloads > 0; --reloads)
      if (const auto pause = lane->pause(10s)) pause->exchange(settings, parts_of(street));
  }
  lane->finish();
  lane.reset();
  require(street.audience.answers() == 4, "not each card was answered once");
}

}  // namespace gatepost::interleaving
