#include "sim/serial_gun.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <gatepost/hal/options.hpp>
#include <vector>

#include "linux/wait.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_lines = 100'000;

struct Script {
  std::vector<std::string> lines{};
  Duration every = 2s;
  bool repeat = false;
  bool typed = false;
};

MonotonicTime now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

class SerialGun final : public SerialPort {
 public:
  SerialGun(Script script, StopEvent bell, std::string name)
      : script_(std::move(script)), bell_(std::move(bell)), name_(std::move(name)), due_(now() + script_.every) {}

  Result<Chunk> read(std::span<std::byte> into, Duration timeout, const std::stop_token& stop) override {
    if (pending_.empty()) {
      if (next_ < script_.lines.size()) timeout = std::min(timeout, std::max<Duration>(due_ - now(), 0ns));
      const Woken woken = wait_for(script_.typed ? STDIN_FILENO : -1, POLLIN, timeout, bell_, stop);
      if (woken == Woken::stopped) return Chunk{.at = now()};
      if (woken == Woken::ready || woken == Woken::hung_up) return typed(into);
      play();
    }
    return give(into);
  }

  Result<void> write(std::span<const std::byte>, Duration) override { return {}; }  // a gun that needs no telling

  std::string identity() const override { return name_; }

 private:
  void play() {
    if (next_ >= script_.lines.size() || now() < due_) return;
    pending_ = script_.lines[next_++];
    if (next_ == script_.lines.size() && script_.repeat) next_ = 0;
    due_ = now() + script_.every;
  }

  Chunk give(std::span<std::byte> into) {
    const std::size_t size = std::min(into.size(), pending_.size());
    std::ranges::copy(std::as_bytes(std::span(pending_)).first(size), into.begin());
    pending_.erase(0, size);
    return {.size = size, .at = now()};
  }

  Chunk typed(std::span<std::byte> into) {
    const auto size = ::read(STDIN_FILENO, into.data(), into.size());
    if (size <= 0) script_.typed = false;  // nobody types any more; the file is still played
    return {.size = size > 0 ? static_cast<std::size_t>(size) : 0, .at = now()};
  }

  Script script_;
  StopEvent bell_;
  std::string name_;
  MonotonicTime due_;
  std::size_t next_ = 0;
  std::string pending_;
};

Result<std::vector<std::string>> lines_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return Error{"cannot be read", file.string(), "name a file with a code on each line"};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line) && lines.size() < most_lines;) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.ends_with('\\'))
      line.pop_back();
    else
      line += '\r';
    lines.push_back(std::move(line));
  }
  if (lines.empty()) return Error{"is empty", file.string(), "write a code on each line"};
  return lines;
}

}  // namespace

Result<std::unique_ptr<SerialPort>> open_sim_serial(const Address& address) {
  const auto slash = address.target.find('/');
  const std::string kind = address.target.substr(0, slash);
  const bool gun = kind == "gun", terminal = kind == "terminal";
  OptionReader options(address);
  Script script;
  script.typed = terminal || (gun && options.yes("stdin", false));
  if (!terminal) {
    script.every = options.time("every", 2s);
    script.repeat = options.yes("repeat", gun);
    auto lines = lines_of(address.directory / address.target.substr(std::min(slash, address.target.size() - 1) + 1));
    if (!lines) return lines.error();
    script.lines = std::move(*lines);
  }
  if (auto done = options.done(); !done) return done.error();
  auto bell = StopEvent::make();
  if (!bell) return bell.error();
  return std::unique_ptr<SerialPort>(
      std::make_unique<SerialGun>(std::move(script), std::move(*bell), "simulated " + address.target));
}

}  // namespace gatepost::hal
