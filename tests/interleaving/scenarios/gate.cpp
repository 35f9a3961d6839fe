// A gate that a lane's thread releases, with a fire, a passage that is watched and calls that hang; then it is
// exchanged while the lane lives on.
#include "runtime/gate.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <semaphore>
#include <thread>
#include <utility>
#include <variant>

#include "scenario.hpp"
#include "scenarios/board.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;
using core::Lane;
using runtime::Worker;

constexpr std::size_t releases = 2;

struct Street {
  SystemClock clock;
  runtime::Watchdog watchdog{clock};
  Ledger writer;
  std::shared_ptr<Board> board = std::make_shared<Board>();
  std::array<std::atomic<int>, releases> answers{};
  std::counting_semaphore<> answered{0};
  Worker lane;
};

std::unique_ptr<runtime::Gate> gate_of(Street& street) {
  return std::make_unique<runtime::Gate>(core::GateSettings{.lane = "lane", .device = "board"}, street.board,
                                         runtime::Surroundings{street.clock, street.watchdog, street.writer}, false,
                                         [&street](Lane::Event event, Worker::Self*) {
                                           const auto* released = std::get_if<Lane::Released>(&event);
                                           if (released == nullptr) return;
                                           require(++street.answers.at(released->ticket - 1) == 1,
                                                   "a release was answered twice");
                                           street.answered.release();
                                         });
}

void release_all(Street& street, runtime::Gate& gate) {
  for (std::size_t ticket = 1; ticket <= releases; ++ticket) {
    street.lane.submit([&gate, ticket, deadline = street.clock.boot() + 2s](Worker::Self& self) {
      gate.post(core::Gate::Release{ticket, {}, Direction::in, deadline}, &self);
    });
    street.answered.acquire();
  }
}

}  // namespace

void gate() {
  Street street;
  auto gate = gate_of(street);
  {
    std::jthread fire;
    if (draw(2) == 0)
      fire = std::jthread([&] {
        gate->post(core::Gate::FireOn{});
        std::this_thread::sleep_for(1s * draw(3));
        gate->post(core::Gate::FireOff{});
      });
    std::jthread looks([&] {
      static_cast<void>(gate->settles(1s));
      static_cast<void>(gate->state());
      static_cast<void>(gate->hangs());
      static_cast<void>(gate->passage_ends(1s, {}));
    });
    release_all(street, *gate);
  }
  street.board->mend();
  gate->close();
  static_cast<void>(gate->rested());
  require(street.board->under_way() == 0, "a gate is closed, and its board is asked for something");
  gate.reset();
}

}  // namespace gatepost::interleaving
