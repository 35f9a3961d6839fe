// Two who print on a screen that a pipe stands for.
#include "observe/screen.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

class Pipe {
 public:
  Pipe() { require(::pipe2(ends_.data(), O_NONBLOCK | O_CLOEXEC) == 0, "no pipe"); }
  ~Pipe() {
    for (const int end : ends_) ::close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int in() const { return ends_[1]; }
  std::string read() const {
    std::string text(100, '\0');
    const auto size = ::read(ends_[0], text.data(), text.size());
    return text.substr(0, size < 0 ? 0 : static_cast<std::size_t>(size));
  }

 private:
  std::array<int, 2> ends_{};
};

// The lines of one who prints are there, in order.
std::string only(const std::string& text, char letter) {
  std::string found;
  for (std::size_t i = 0; i + 2 < text.size() + 1; ++i)
    if (text[i] == letter) found += text[i + 1];
  return found;
}

void print_all(observe::Screen& screen) {
  std::jthread one([&] {
    for (const char* line : {"a1", "a2", "a3"}) screen.print(line);
  });
  std::jthread other([&] {
    for (const char* line : {"b1", "b2", "b3"}) screen.print(line);
  });
}

}  // namespace

void screen() {
  before_time_passes([](auto) { return "a line waits, though the screen is free"; });
  const Pipe pipe;
  observe::Screen screen(pipe.in());
  print_all(screen);
  if (!screen.drained(std::chrono::hours(1))) return require(time_passed() > Duration::zero(), "it is not drained");
  const std::string text = pipe.read();
  require(only(text, 'a') == "123" && only(text, 'b') == "123",
          "it is drained, and the lines are not all there in order");
}

}  // namespace gatepost::interleaving
