// From the last byte on a scanner's wire to the command on a relay board's wire, both real pseudo-terminals, beside a
// bare poll-and-write loop over the same; the same with every output hung beside none; then how long a site takes to be
// ready, what it holds, and how often it wakes idle.
//   road_bench [SCANS]
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <regex>
#include <thread>

#include "plugin_object.hpp"
#include "world/process.hpp"
#include "world/pty.hpp"
#include "world/scratch.hpp"

namespace {

namespace fs = std::filesystem;
using gatepost::world::Process;
using gatepost::world::Pty;
using gatepost::world::Scratch;
using namespace std::chrono_literals;
using bench::percentile;
using bench::ratio;
using bench::row;
using Clock = std::chrono::steady_clock;

constexpr std::string_view frame_on("\xA0\x01\x01\xA2", 4);

struct Latency {
  double p50 = 0, p99 = 0;  ///< microseconds
};

std::string code(int i) {
  char text[16];
  std::snprintf(text, sizeof text, "E%06d", i);
  return text;
}

// Scans `scans` codes one by one; the time from the write of a whole code to the board's frame.
Latency measure(Pty& gun, Pty& board, int scans) {
  std::vector<double> times;
  board.read(50);
  for (int i = 0; i < scans; ++i) {
    const auto begun = Clock::now();
    gun.write(code(i % 1000) + "\r");
    std::string got;
    while (got.find(frame_on) == got.npos) {
      const std::string more = board.read(1000, 4);
      if (more.empty()) {
        std::fprintf(stderr, "road_bench: no command came for scan %d\n", i);
        std::exit(1);
      }
      got += more;
      if (got.find(frame_on) != got.npos) break;
    }
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
    std::this_thread::sleep_for(25ms);  // the board takes 10 ms between frames; the gate is back at rest by then
  }
  return {percentile(times, 0.5), percentile(times, 0.99)};
}

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

fs::path build() { return fs::read_symlink("/proc/self/exe").parent_path().parent_path(); }

std::string command() { return (build() / "bin/gatepost").string(); }

// With the plugins that work badly beside those that work well.
std::vector<std::string> run_line(const fs::path& site) {
  return {"/usr/bin/env",
          "GATEPOST_PLUGIN_PATH=" + (build() / "lib/gatepost/plugins").string() + ":" +
              (build() / "tests/integration/faults").string(),
          command(), "run", site.string()};
}

std::string people() {
  std::string list = "subject\n";
  for (int i = 0; i < 1000; ++i) list += code(i) + "\n";
  return list;
}

constexpr const char* rules = R"yaml(
credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }
policies: { list: { plugin: roster, file: people.csv } }
)yaml";
constexpr const char* one_store = "outputs: { store: { plugin: local_store, file: store.db } }\n";

std::string site_of_one(const Pty& gun, const Pty& board, const fs::path& journal, const std::string& outputs) {
  return "site: { name: Bench, code: 1 }\njournal: { file: " + journal.string() + " }\ndevices:\n" +
         "  gun: { plugin: serial, device: \"serial:" + gun.name() + "\" }\n" +
         "  gate: { plugin: turnstile_relay, out: 0, board: \"lcus:" + board.name() + "\", pulse: 1ms }\n" + rules +
         outputs +
         "lanes:\n  main: { inputs: { gun: in }, credentials: [card], policies: [list], actuator: gate, repeat_within: "
         "0s }\n";
}

void ready_or_die(const Process& engine) {
  if (engine.says("ready in")) return;
  std::fprintf(stderr, "road_bench: %s\n", engine.output().c_str());
  std::exit(1);
}

Latency measure_engine(const fs::path& journal_folder, int scans, const std::string& outputs = one_store) {
  Scratch disk;
  Pty gun, board;
  disk.write("people.csv", people());
  disk.write("key", "a key that nobody checks anything with");
  if (::mkfifo((disk / "fifo").c_str(), 0600) != 0) std::exit(1);
  const auto site = disk.write("site.yaml", site_of_one(gun, board, journal_folder / "journal.db", outputs));
  const Process engine(run_line(site), disk / "out");
  ready_or_die(engine);
  measure(gun, board, 50);
  return measure(gun, board, scans);
}

Latency measure_bare(int scans) {
  Pty gun, board;
  const BareLoop loop(gun, board);
  return measure(gun, board, scans);
}

Latency measure_sync(const fs::path& folder, int count) {
  const int file = ::open((folder / "sync").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const std::string block(512, 'x');
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const auto begun = Clock::now();
    if (::pwrite(file, block.data(), block.size(), 0) != 512 || ::fdatasync(file) != 0) std::exit(1);
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
  }
  ::close(file);
  return {percentile(times, 0.5), percentile(times, 0.99)};
}

void show(const std::string& name, const Latency& latency, const Latency& bare, const char* budget50,
          const char* budget99) {
  row(name + ", p50", latency.p50, "us", ratio(latency.p50, bare.p50), budget50);
  row(name + ", p99", latency.p99, "us", ratio(latency.p99, bare.p99), budget99);
}

// A server that lets everybody in and answers nobody.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_, 64) != 0) std::exit(1);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }
  ~SilentServer() { ::close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  const std::string& url() const { return url_; }

 private:
  int socket_;
  std::string url_;
};

// In turn, so that what else the machine does falls on all alike; the median over the rounds.
void compare_outputs(const fs::path& journal_folder, int scans, int rounds) {
  const SilentServer server;
  const std::vector<std::pair<std::string, std::string>> kinds{
      {"no output", ""},
      {"four outputs that work",
       "outputs: { a: { plugin: faulty }, b: { plugin: faulty }, c: { plugin: faulty }, d: { plugin: faulty } }\n"},
      {"four outputs that hang",
       "outputs: { a: { plugin: faulty, fault: wait }, b: { plugin: faulty, fault: fifo, file: fifo }, c: { plugin: "
       "webhook, url: '" +
           server.url() + "', key: key }, d: { plugin: faulty, fault: slow } }\n"},
      {"an output that throws", "outputs: { a: { plugin: faulty, fault: raise } }\n"},
      {"an output that burns its processor", "outputs: { a: { plugin: faulty, fault: spin } }\n"}};
  std::vector<std::vector<double>> p50(kinds.size()), p99(kinds.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const Latency latency =
          measure_engine(journal_folder / std::to_string(round * 8) += std::to_string(i), scans, kinds[i].second);
      p50[i].push_back(latency.p50);
      p99[i].push_back(latency.p99);
    }
  const Latency none{percentile(p50[0], 0.5), percentile(p99[0], 0.5)};
  for (std::size_t i = 0; i < kinds.size(); ++i)
    show("line to relay, " + kinds[i].first, {percentile(p50[i], 0.5), percentile(p99[i], 0.5)}, none, "1.10 of none",
         "1.10 of none");
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
    devices += "  gun" + n + ": { plugin: serial, device: \"serial:" + gun.name() + "\" }\n";
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
  const Latency bare = measure_bare(scans);
  show("bare poll-and-write loop", bare, bare, "", "");
  show("line to relay, without the sync (journal on tmpfs)",
       measure_engine("/dev/shm/gatepost-bench-" + std::to_string(::getpid()), scans), bare, "150 us", "1000 us");
  compare_outputs("/dev/shm/gatepost-bench-" + std::to_string(::getpid()), scans / 2, 7);
  fs::remove_all("/dev/shm/gatepost-bench-" + std::to_string(::getpid()));
  Scratch disk;
  const Latency sync = measure_sync(disk.path(), 2000);
  show("bare fdatasync of 512 bytes", sync, sync, "", "");
  show("line to relay, with the sync", measure_engine(disk.path(), scans), bare, "", "");
  measure_idle();
}
