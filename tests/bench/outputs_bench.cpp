// What outputs that hang, crawl or throw do to a lane: its latency from line to relay beside the same without an
// output.
//   outputs_bench [SCANS A ROUND]
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "road.hpp"

namespace {

using namespace bench;

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

// All at work at once and scanned in turn, so that what else the machine does falls on all alike; the median over the
// rounds of what each is beside the first.
void compare_outputs(const fs::path& folder, int scans, int rounds) {
  const SilentServer server;
  const std::vector<std::pair<std::string, std::string>> kinds{
      {"no output", ""},
      {"four outputs that work",
       "outputs: { a: { plugin: faulty }, b: { plugin: faulty }, c: { plugin: faulty }, d: { plugin: faulty } }\n"},
      {"four outputs that hang",
       "outputs: { a: { plugin: faulty, fault: wait }, b: { plugin: faulty, fault: fifo, file: fifo }, c: { plugin: "
       "webhook, url: '" +
           server.url() + "', key: a-key-that-nobody-checks-with }, d: { plugin: faulty, fault: slow } }\n"},
      {"an output that throws", "outputs: { a: { plugin: faulty, fault: raise } }\n"}};
  std::vector<std::unique_ptr<Road>> roads;
  for (const auto& [name, outputs] : kinds)
    roads.push_back(std::make_unique<Road>(folder / std::to_string(roads.size()), outputs));
  std::vector<std::vector<double>> p50(kinds.size()), p99(kinds.size()), ratio50(kinds.size()), ratio99(kinds.size());
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::vector<double>> times(kinds.size());
    for (int i = 0; i < scans; ++i)
      for (std::size_t k = 0; k < kinds.size(); ++k) {
        if (const auto time = scan(roads[k]->gun, roads[k]->board, i)) times[k].push_back(*time);
        std::this_thread::sleep_for(between_scans / 4);
      }
    const Latency none = latency_of(times[0]);
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      const Latency latency = latency_of(times[k]);
      p50[k].push_back(latency.p50);
      p99[k].push_back(latency.p99);
      ratio50[k].push_back(latency.p50 / none.p50);
      ratio99[k].push_back(latency.p99 / none.p99);
    }
  }
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    const std::string name = "line to relay, " + kinds[k].first;
    row(name + ", p50", percentile(p50[k], 0.5), "us", ratio(percentile(ratio50[k], 0.5), 1), "1.10 x no output");
    row(name + ", p99", percentile(p99[k], 0.5), "us", ratio(percentile(ratio99[k], 0.5), 1), "1.10 x no output");
  }
}

}  // namespace

int main(int count, char** words) {
  const int scans = count > 1 ? std::atoi(words[1]) : 400;
  std::printf("name | value | unit | ratio to no output | budget\n");
  const fs::path memory = "/dev/shm/gatepost-bench-" + std::to_string(::getpid());
  compare_outputs(memory, scans, 9);  // without a disk, whose own moods would be most of the p99
  fs::remove_all(memory);
}
