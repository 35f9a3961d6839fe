// An output whose sink fails, throws and hangs, while the journal gets Records and begins anew and the network changes;
// then a reload puts another in its place, whether it stops or not.
#include "runtime/output.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;

/// What sinks do wrong, and how they come back.
struct Trouble {
  const std::uint64_t refused = draw(10);  ///< this Record for good
  std::atomic<int> left = static_cast<int>(draw(4));
  std::counting_semaphore<> comes_back{0};
  std::atomic<bool> heeds_stop = false;  ///< it would come back at once if it were asked to
};

/// What was taken: of one thread at a time, which a race on it shows.
struct Store {
  std::map<std::uint64_t, std::uint64_t> begin{};   ///< by epoch: after this one
  std::map<std::uint64_t, std::uint64_t> passed{};  ///< by epoch: taken or refused, up to here
  std::set<RecordId> taken{};

  void hear(const RecordId& id) {
    const std::uint64_t before = std::max(passed[id.epoch], begin[id.epoch]);
    require(id.sequence <= before + 1, "a sink was given a Record, and not the one before it");
  }
  void pass(const RecordId& id) { passed[id.epoch] = std::max(passed[id.epoch], id.sequence); }
};

class Receiver final : public Sink {
 public:
  Receiver(Store& store, Trouble& trouble) : store_(store), trouble_(trouble) {}

  Delivery deliver(std::span<const Record> batch, std::stop_token stop) override {
    store_.hear(batch.front().id);
    std::this_thread::yield();
    const Error error{"fails", "sink", "wait"};
    const auto refused =
        std::ranges::find(batch, trouble_.refused, [](const Record& record) { return record.id.sequence; });
    if (refused != batch.end()) {
      const std::size_t taken = take(batch, static_cast<std::size_t>(refused - batch.begin())).taken;
      store_.pass(refused->id);
      return {.taken = taken, .error = error, .refused = true};
    }
    if (trouble_.left <= 0) return take(batch, batch.size());
    --trouble_.left;
    return fail(batch, stop, error);
  }
  bool reachable(const std::stop_token&) override { return draw(2) == 0; }
  Result<std::optional<Held>> newest(std::uint64_t, const std::stop_token&) override {
    if (draw(6) == 0) throw std::runtime_error("up");
    return std::optional<Held>();
  }

 private:
  Delivery fail(std::span<const Record> batch, const std::stop_token& stop, const Error& error) {
    switch (draw(6)) {
      case 0:
        throw std::runtime_error("up");
      case 1:
        throw 1;
      case 2:
        return {.error = error, .unreachable = true};
      case 3:
        return {.taken = take(batch, draw(2)).taken, .error = error, .retry_after = 1s * draw(2)};
      case 4:
        wait_until_stopped(stop);
        return {.error = error};
      default:
        trouble_.comes_back.acquire();
        return take(batch, batch.size());
    }
  }
  Delivery take(std::span<const Record> batch, std::size_t count) {
    for (const Record& record : batch.first(count)) {
      store_.pass(record.id);
      store_.taken.insert(record.id);
    }
    return {.taken = count};
  }
  // What it does as it is asked to may take its time.
  void wait_until_stopped(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any changed;
    const std::stop_callback asked(stop, [this] {
      trouble_.heeds_stop = false;
      if (draw(2) == 0) std::this_thread::sleep_for(1s);
    });
    std::unique_lock lock(mutex);
    trouble_.heeds_stop = !stop.stop_requested();
    changed.wait_for(lock, stop, 1h, [] { return false; });
    trouble_.heeds_stop = false;
  }

  Store& store_;
  Trouble& trouble_;
};

struct Site {
  const std::string name = "output";
  SystemClock clock;
  runtime::Watchdog watchdog{clock};
  journal::Journal journal{{name}, clock};
  runtime::Network network;
  runtime::NetworkMonitor monitor{10ms};
  Trouble trouble;
  std::atomic<bool> is_asking = false, is_asked = false;

  std::unique_ptr<runtime::Output> begin(Store& store) {
    core::OutputPace pace{.batch = 2};
    pace.refusals = 2;
    return std::make_unique<runtime::Output>(core::OutputSettings{.name = name, .pace = pace},
                                             std::make_unique<Receiver>(store, trouble),
                                             runtime::Output::Surroundings{journal, clock, watchdog, &monitor});
  }
  bool is_behind(const runtime::Output& output) const {
    return output.progress().backlog > 0 || journal.standing(name).backlog;
  }
  void ask_to_stop(runtime::Output& output) {
    is_asking = true;
    output.request_stop();
    is_asking = false;
    is_asked = true;
  }
};

std::string waits_in_vain(const Site& site) {
  if (site.is_asking) return "time passes, and whoever asks an output to stop waits for its sink";
  if (site.is_asked && site.trouble.heeds_stop) return "time passes, and a sink is not told to stop";
  return site.journal.is_waited_for_in_vain(site.name) ? "time passes, and an output waits though there is work" : "";
}

void keep_all(Site& site) {
  for (int i = 0; i < 3; ++i) site.journal.keep();
  if (draw(3) == 0) site.journal.begin_anew();
  if (draw(3) == 0) std::this_thread::sleep_for(1s);
  site.journal.keep();
}

void shake(const Site& site) {
  for (int i = 0; i < 2; ++i) {
    std::this_thread::sleep_for(1s * draw(5));
    site.network.changes();
  }
}

// As a reload does: the other one goes on where the cursor stands.
void exchange(Site& site, std::unique_ptr<runtime::Output>& output, std::unique_ptr<runtime::Output>& stuck,
              Store& next) {
  site.ask_to_stop(*output);
  if (!output->stops(2s)) {
    output->give_way();
    stuck = std::move(output);
  }
  output.reset();
  site.is_asked = false;
  const auto standing = site.journal.standing(site.name);
  next.begin[standing.cursor.epoch] = standing.cursor.sequence;
  if (standing.backlog) next.begin[standing.backlog->epoch] = standing.backlog->sequence;
  output = site.begin(next);
}

void wait_until_taken(Site& site, const runtime::Output& output) {
  for (int turn = 0; site.is_behind(output); ++turn) {
    std::this_thread::sleep_for(turn < 4 ? 1s : 1min);
    if (turn == 4) site.trouble.comes_back.release(100);
    require(turn < 1000, "an output does not get on");
  }
}

void require_taken(const Site& site, Store& store, const RecordId& last) {
  const auto buried = site.journal.buried();
  for (RecordId id = last; id.sequence > store.begin[id.epoch]; --id.sequence)
    require(store.taken.contains(id) || buried.contains(id), "a Record was passed over");
}

}  // namespace

void output() {
  Site site;
  Store first, second;
  before_time_passes([&](auto) { return waits_in_vain(site); });
  std::unique_ptr<runtime::Output> stuck, output = site.begin(first);
  Store* present = &first;
  {
    const std::jthread keeps([&] { keep_all(site); });
    const std::jthread shakes([&] { shake(site); });
    std::jthread lets_go;
    if (draw(2) == 0)
      lets_go = std::jthread([&] {
        std::this_thread::sleep_for(1s * draw(5));
        site.trouble.comes_back.release(100);
      });
    if (draw(2) == 0) {
      if (draw(2) == 0) std::this_thread::sleep_for(1s * draw(5));
      exchange(site, output, stuck, second);
      present = &second;
    }
  }
  if (draw(4) > 0) {
    wait_until_taken(site, *output);
    require_taken(site, *present, site.journal.last());
    site.journal.send_letters_again(site.name);
    std::this_thread::sleep_for(1min);
  }
  site.ask_to_stop(*output);
  site.trouble.comes_back.release(100);
  if (draw(2) == 0) output->join();
  output.reset();
}

}  // namespace gatepost::interleaving
