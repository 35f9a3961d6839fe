// Output that nobody reads.
#include "observe/screen.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace gatepost::observe {
namespace {

using namespace std::chrono_literals;

struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  }
  ~Pipe() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  std::string read_until(const std::string& last) const {
    std::string all;
    std::array<char, 4096> buffer{};
    while (all.find(last) == std::string::npos) {
      const auto size = ::read(ends[0], buffer.data(), buffer.size());
      if (size <= 0) break;
      all.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return all;
  }
  std::array<int, 2> ends{};
};

TEST(Screen, HoldsNobodyUpWhileNobodyReads) {
  const Pipe pipe;
  Screen screen(pipe.ends[1]);
  const std::string line(1000, 'x');
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 5000; ++i) screen.print(line);  // 5 MB: a pipe takes 64 KiB
  screen.print("the last");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  EXPECT_FALSE(screen.drained(10ms));
  const std::string shown = pipe.read_until("the last\n");
  EXPECT_NE(shown.find(" lines were left out"), std::string::npos);
  EXPECT_LT(shown.size(), 1'200'000U);
  EXPECT_TRUE(screen.drained(5s));
}

TEST(Screen, GoesOnWhenThereIsRoomAgain) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  Screen screen(full);
  screen.print("lost");
  EXPECT_TRUE(screen.drained(5s));
  const Pipe pipe;
  ASSERT_GE(::dup2(pipe.ends[1], full), 0);
  screen.print("kept");
  EXPECT_EQ(pipe.read_until("kept\n"), "kept\n");
  EXPECT_TRUE(screen.drained(5s));
  ::close(full);
}

}  // namespace
}  // namespace gatepost::observe
