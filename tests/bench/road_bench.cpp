// From the last byte on a scanner's wire to the command on a relay board's wire, both real pseudo-terminals, beside a
// bare poll-and-write loop over the same, and the engine's own account of the part between; then how long a site takes
// to be ready, what it holds, and how often it wakes idle.
//   road_bench [SCANS] [alone]     alone: one way after the other, in place of in turn
#include <poll.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <regex>
#include <sstream>

#include "road.hpp"

namespace {

using namespace bench;

// The least that anything could do: wait for bytes, and at a CR write the frame.
class BareLoop {
 public:
  BareLoop(const Pty& gun, const Pty& board)
      : in_(::open(gun.name().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)),
        out_(::open(board.name().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)),
        thread_([this](const std::stop_token& stop) { work(stop); }) {}
  ~BareLoop() {
    thread_.request_stop();
    thread_.join();
    ::close(in_);
    ::close(out_);
  }

 private:
  void work(const std::stop_token& stop) const {
    char buffer[256];
    pollfd watched{in_, POLLIN, 0};
    while (!stop.stop_requested()) {
      if (::poll(&watched, 1, 100) != 1) continue;
      const auto size = ::read(in_, buffer, sizeof buffer);
      if (size > 0 && std::string_view(buffer, static_cast<std::size_t>(size)).find('\r') != std::string_view::npos)
        static_cast<void>(::write(out_, frame_on.data(), frame_on.size()) == 4);
    }
  }
  int in_, out_;
  std::jthread thread_;
};

// The engine's own account of its last scans: from the read that brought a code's last byte to its command to the
// board.
Latency steps_of(const Road& road) {
  Process trace({command(), "trace", (road.disk / "site.yaml").string(), "-n", "256", "--json"}, road.disk / "trace");
  if (trace.wait() != 0) std::exit(1);
  std::vector<double> times;
  std::istringstream lines(trace.output());
  for (std::string line; std::getline(lines, line);) {
    const auto scan = boost::json::parse(line);
    for (const auto& step : scan.at("steps").as_array())
      if (step.at("step") == "commanded") times.push_back(step.at("us").to_number<double>());
  }
  return latency_of(times);
}

// The least that a durable thing costs on this disk.
class BareSync {
 public:
  explicit BareSync(const fs::path& file) : file_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}
  ~BareSync() { ::close(file_); }
  BareSync(const BareSync&) = delete;
  BareSync& operator=(const BareSync&) = delete;

  void sync_once() {
    const std::string block(512, 'x');
    const auto begun = Clock::now();
    if (::pwrite(file_, block.data(), block.size(), 0) != 512 || ::fdatasync(file_) != 0) std::exit(1);
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
    std::this_thread::sleep_for(between_scans);
  }
  std::vector<double> times{};

 private:
  int file_;
};

void show(const std::string& name, const Latency& latency, const Latency& bare, const char* budget50 = "",
          const char* budget99 = "") {
  row(name + ", p50", latency.p50, "us", ratio(latency.p50, bare.p50), budget50);
  row(name + ", p99", latency.p99, "us", ratio(latency.p99, bare.p99), budget99);
}

// All at work at once, and scanned in turn; or one after the other, so that each is scanned five times as often.
void measure_road(int scans, bool alone) {
  const fs::path memory = "/dev/shm/gatepost-bench-" + std::to_string(::getpid());
  const Scratch disk;
  Pty gun, board;
  const BareLoop loop(gun, board);
  Road quick(memory / "quick", one_store), guarded(memory / "guarded", one_store, Board::guard);
  Road synced(disk.path() / "journal", one_store);
  BareSync sync(disk.path() / "sync");
  std::array ways{Way{"bare poll-and-write loop", gun, board, false},
                  Way{"line to relay, without the sync (journal on tmpfs)", quick.gun, quick.board},
                  Way{"line to relay, without the sync, with the guard process", guarded.gun, guarded.board},
                  Way{"line to relay, with the sync", synced.gun, synced.board}};
  if (alone) {
    for (Way& way : ways)
      for (int i = 0; i < scans; ++i) way.scan_once(i);
    for (int i = 0; i < scans; ++i) sync.sync_once();
  } else {
    for (int i = 0; i < scans; ++i) {
      for (Way& way : ways) way.scan_once(i);
      sync.sync_once();
    }
  }
  const Latency bare = latency_of(ways[0].times), bare_sync = latency_of(sync.times);
  const std::array<const Road*, 4> roads{nullptr, &quick, &guarded, &synced};
  for (std::size_t k = 0; k < ways.size(); ++k) {
    show(ways[k].name, latency_of(ways[k].times), bare, k == 1 ? "1.6 x bare" : "");
    if (ways[k].unanswered > 0) row("of that not answered by a command", ways[k].unanswered, "scans");
    if (roads[k] != nullptr)
      show("of that inside the engine, read to commanded", steps_of(*roads[k]), bare, k == 1 ? "150 us" : "",
           k == 1 ? "1000 us" : "");
  }
  show("bare fdatasync of 512 bytes, at the same pace", bare_sync, bare_sync);
  const Latency with = latency_of(ways[3].times), without = latency_of(ways[1].times);
  row("what the sync adds to the line to relay, p50", with.p50 - without.p50, "us",
      ratio(with.p50 - without.p50, bare_sync.p50), "1.5 x bare fdatasync");
  fs::remove_all(memory);
}

// The number after `key` in /proc/PID/…/status.
long status(const fs::path& file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(key + ":")) return std::strtol(line.c_str() + key.size() + 1, nullptr, 10);
  return 0;
}

long wakeups(pid_t pid) {
  long sum = 0;
  for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task"))
    sum += status(task.path() / "status", "voluntary_ctxt_switches");
  return sum;
}

// Four lanes, every plugin loaded, nobody there.
void measure_idle() {
  Scratch disk;
  disk.write("people.csv", people());
  std::vector<std::unique_ptr<Pty>> lines;
  std::string devices = "devices:\n", lanes = "lanes:\n";
  for (int i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i);
    const Pty& gun = *lines.emplace_back(std::make_unique<Pty>());
    const Pty& board = *lines.emplace_back(std::make_unique<Pty>());
    devices += "  gun" + n + ": { plugin: serial, lines: many, device: \"serial:" + gun.name() + "\" }\n";
    devices += "  gate" + n + ": { plugin: turnstile_relay, out: 0, board: \"lcus:" + board.name() + "\" }\n";
    lanes += "  lane" + n + ": { inputs: { gun" + n + ": in }, credentials: [card], policies: [list], actuator: gate" +
             n + " }\n";
  }
  const auto site = disk.write("site.yaml", "site: { name: Bench, code: 1 }\n" + devices + rules + one_store + lanes);
  std::vector<double> starts;
  for (int i = 0; i < 9; ++i) {
    const Process engine({command(), "run", site.string()}, disk / "out");
    ready_or_die(engine);
    const std::string output = engine.output();
    std::smatch match;
    std::regex_search(output, match, std::regex("ready in ([0-9]+) ms"));
    starts.push_back(std::stod(match[1]));
  }
  row("site of 4 lanes ready, median", percentile(starts, 0.5), "ms", "", "150 ms");
  const Process engine({command(), "run", site.string()}, disk / "out");
  ready_or_die(engine);
  std::this_thread::sleep_for(3s);
  row("resident, 4 lanes idle, all plugins",
      static_cast<double>(status("/proc/" + std::to_string(engine.pid()) + "/status", "VmRSS")) / 1024, "MiB", "",
      "25 MB");
  const long before = wakeups(engine.pid());
  std::this_thread::sleep_for(10s);
  row("idle wake-ups of all threads", static_cast<double>(wakeups(engine.pid()) - before) / 10, "a second", "",
      "1 Hz a timer");
}

}  // namespace

int main(int count, char** words) {
  const int scans = count > 1 ? std::atoi(words[1]) : 400;
  std::printf("name | value | unit | ratio to bare | budget\n");
  measure_road(scans, count > 2 && std::string_view(words[2]) == "alone");
  measure_idle();
}
