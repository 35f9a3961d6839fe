#include <gatepost/hal/guarded_relay.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "guard/message.hpp"
#include "guard/process.hpp"
#include "polled_contact.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;
using guard::Answer;
using guard::Request;
using guard::State;
using guard::Verb;

constexpr Duration a_busy_machine = 200ms;  // until a process that was woken runs
constexpr Duration to_start = 3s;           // a program from a cold disk

// Until there is an answer, the guard is gone, or the time is over.
bool readable(int socket, Duration patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  pollfd watched{socket, POLLIN, 0};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    const int count = ::poll(&watched, 1, static_cast<int>(std::max(left, 0ms).count()));
    if (count < 0 && errno == EINTR) continue;
    return count == 1;
  }
}

class GuardedRelay final : public Relay {
 public:
  GuardedRelay(guard::Process process, std::string where, const RelayShape& shape, std::size_t channels)
      : process_(std::move(process)),
        where_(std::move(where)),
        shape_(shape),
        patience_(guard_releases_within(shape, channels) + 500ms) {}

  ~GuardedRelay() override {
    const std::string leave = to_bytes(Request{.verb = Verb::leave});
    const bool told = !lost_ && ::send(process_.socket(), leave.data(), leave.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
    process_.see_off(told ? patience_ : 0s);
  }

  Result<void> take(const Address& address, const GuardTerms& terms) {
    Request request{.verb = Verb::take,
                    .on = terms.on_at_rest,
                    .length = terms.longest,
                    .address = address.text(),
                    .directory = address.directory.string()};
    for (const int channel : terms.channels) request.channels.push_back(static_cast<std::uint8_t>(channel));
    auto taken = ask(std::move(request), to_start);
    if (!taken) return taken.error();
    board_ = taken->texts[0];
    return {};
  }

  int channels() const override { return shape_.channels; }
  int inputs() const override { return shape_.inputs; }
  std::string identity() const override { return board_ + ", held by " + name(); }
  bool self_release() const override { return true; }

  Result<void> set(int channel, bool on) override {
    return done({.verb = Verb::set, .channel = static_cast<std::uint16_t>(channel), .on = on});
  }
  Result<void> pulse(int channel, Duration length) override {
    return done({.verb = Verb::pulse, .channel = static_cast<std::uint16_t>(channel), .length = length});
  }
  Result<std::optional<bool>> read_back(int channel) override {
    auto answer = ask({.verb = Verb::read_back, .channel = static_cast<std::uint16_t>(channel)}, patience_);
    if (!answer) return answer.error();
    if (answer->state == State::unknown) return std::optional<bool>();
    return std::optional(answer->state == State::on);
  }
  Result<std::unique_ptr<Contact>> input(int number) override {
    if (number < 1 || number > shape_.inputs)
      return Error{"has no input " + std::to_string(number), identity(), "count from 1"};
    return std::unique_ptr<Contact>(
        std::make_unique<PolledContact>([this, number] { return closed(number); }, shape_.poll));
  }

 private:
  std::string name() const { return "gatepost-guard (process " + std::to_string(process_.pid()) + ")"; }

  Result<bool> closed(int number) {
    auto answer = ask({.verb = Verb::closed, .channel = static_cast<std::uint16_t>(number)}, patience_);
    if (!answer) return answer.error();
    return answer->state == State::on;
  }

  Result<void> done(Request request) {
    auto answer = ask(std::move(request), patience_);
    if (!answer) return answer.error();
    return {};
  }

  // One round: what is asked next waits for the answer, as it would for the board.
  Result<Answer> ask(Request request, Duration patience) {
    const std::scoped_lock lock(mutex_);
    request.number = ++asked_;
    auto answer = lost_ ? gone("is gone") : exchange(to_bytes(request), patience);
    if (answer && answer->number != request.number) answer = gone("answers what it was not asked");
    if (answer && answer->failed) return answer->error();
    return answer;
  }

  Result<Answer> exchange(const std::string& request, Duration patience) {
    if (::send(process_.socket(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return gone("is gone");
    if (!readable(process_.socket(), patience)) return board_.empty() ? mute() : gone("does not answer");
    std::array<char, guard::largest_message> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): is filled
    const auto size = ::recv(process_.socket(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size <= 0) return gone("is gone");
    return guard::parse_answer({buffer.data(), static_cast<std::size_t>(size)});
  }

  // A guard that says nothing from the beginning waits for its board, which holds the kernel's call.
  Result<Answer> mute() {
    lost_ = true;
    return Error{"the board does not answer", where_,
                 "check its cable and its power, and that it is what its address says; plug it in again"};
  }

  Result<Answer> gone(const char* what) {
    lost_ = true;
    return Error{std::string("the guard process ") + what, board_.empty() ? name() : identity(),
                 "a new one is started by itself; look for who ends programs on this machine, and for its memory"};
  }

  guard::Process process_;
  const std::string where_;
  const RelayShape shape_;
  const Duration patience_;
  std::string board_;
  std::mutex mutex_;
  std::uint32_t asked_ = 0;
  bool lost_ = false;
};

}  // namespace

Duration guard_releases_within(const RelayShape& board, std::size_t channels) {
  return a_busy_machine + static_cast<Duration::rep>(channels + 1) * board.command;  // one may be under way
}

Result<std::filesystem::path> guard_program() {
  namespace fs = std::filesystem;
  const char* named = std::getenv("GATEPOST_GUARD");
  std::error_code failure;
  const fs::path here = fs::read_symlink("/proc/self/exe", failure).parent_path();
  const fs::path program = named != nullptr ? fs::path(named) : (here / GATEPOST_GUARD_FROM_BIN).lexically_normal();
  if (::access(program.c_str(), X_OK) == 0) return program;
  return Error{std::string("the guard program cannot be run: ") + std::strerror(errno), program.string(),
               "install Gatepost whole, or name the program in the variable GATEPOST_GUARD"};
}

Result<std::unique_ptr<Relay>> open_guarded_relay(const Address& address, const GuardTerms& terms) {
  const auto shape = relay_shape(address);
  if (!shape) return shape.error();
  const std::string where = address.scheme + ":" + address.target;
  auto process = guard::Process::start(where);
  if (!process) return process.error();
  auto board = std::make_unique<GuardedRelay>(std::move(*process), where, *shape, terms.channels.size());
  if (auto taken = board->take(address, terms); !taken) return taken.error();
  return std::unique_ptr<Relay>(std::move(board));
}

}  // namespace gatepost::hal
