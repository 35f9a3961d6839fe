// Tasks from several threads, of which one hangs and is abandoned, may come back when all else has ended, and submits
// another then.
#include "runtime/worker.hpp"

#include <array>
#include <atomic>
#include <optional>
#include <semaphore>
#include <thread>
#include <vector>

#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;
using runtime::Worker;

constexpr std::size_t submitters = 2, tasks = 3;

struct Work {
  std::array<std::atomic<int>, submitters> done{};
  std::atomic<int> at_work = 0;
  std::counting_semaphore<> comes_back{0};
  std::counting_semaphore<> hangs{0};
};

Worker::Task task(Work& work, std::size_t submitter, int number) {
  return [&work, submitter, number](Worker::Self&) {
    require(work.at_work++ == 0, "two tasks are under way at once, and none was abandoned");
    std::this_thread::yield();
    require(work.done.at(submitter)++ == number, "tasks are done in another order than they were submitted in");
    --work.at_work;
    work.done.at(submitter).notify_all();
  };
}

// Hangs until it is let go of, and is abandoned meanwhile.
Worker::Task hanging(Work& work) {
  return [&work](Worker::Self& self) {
    work.hangs.release();
    work.comes_back.acquire();
    if (draw(2) == 0) self.take([](Worker::Self&) { std::this_thread::yield(); });
    if (draw(2) == 0) self.worker().submit([](Worker::Self&) { std::this_thread::yield(); });
  };
}

// So many, each abandoned by one of two who see that it hangs.
void hang(Worker& worker, Work& work, std::uint64_t count) {
  const std::jthread other([&] { worker.abandon(); });
  for (std::uint64_t i = 0; i < count; ++i) {
    worker.submit(hanging(work));
    work.hangs.acquire();
    worker.abandon();
  }
}

void submit_all(Worker& worker, Work& work) {
  std::vector<std::jthread> threads;
  for (std::size_t submitter = 0; submitter < submitters; ++submitter)
    threads.emplace_back([&, submitter] {
      for (std::size_t i = 0; i < tasks; ++i) worker.submit(task(work, submitter, static_cast<int>(i)));
    });
}

void wait_until_done(const Work& work) {
  for (const auto& done : work.done)
    for (int seen = done; seen < static_cast<int>(tasks); seen = done) done.wait(seen);
}

}  // namespace

void worker() {
  before_time_passes([](auto) { return "a task waits, though a thread could do it"; });
  Work work;
  Worker worker;
  hang(worker, work, draw(3));
  const auto let_go = [&] { work.comes_back.release(2); };
  std::optional<std::jthread> other;
  if (draw(2) == 0) other.emplace(let_go);
  if (draw(3) > 0) {  // else nobody follows those that hang, until one of them comes back and submits
    submit_all(worker, work);
    wait_until_done(work);
  }
  if (!other && draw(2) == 0) other.emplace(let_go);
  worker.request_stop();
  if (other) return;
  let_go();
  require(worker.stopped(1h) || time_passed() >= 1h, "its threads have not ended, though nothing hangs");
}

}  // namespace gatepost::interleaving
