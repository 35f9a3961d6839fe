// What a process that was killed leaves behind.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <thread>
#include <vector>

#include "journal/verify.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;
using namespace std::chrono_literals;

// Commits from 8 threads and says each sequence once it is promised; ends only by a signal.
[[noreturn]] void commit_for_ever(const std::filesystem::path& file, int promises) {
  auto journal = world::open_journal({.file = file, .readers = {"cloud"}});
  std::vector<std::jthread> lanes;
  for (int lane = 0; lane < 8; ++lane)
    lanes.emplace_back([&] {
      while (true) {
        const std::uint64_t sequence = journal->commit(world::attempt("x")).value().sequence;
        if (::write(promises, &sequence, sizeof sequence) != sizeof sequence) ::_exit(1);
        if (sequence % 16 == 0) journal->move_cursor("cloud", sequence);
        if (sequence % 8 == 0) journal->post(world::attempt("posted"));
      }
    });
  while (true) ::pause();
}

// The highest sequence that was promised before the kill.
std::uint64_t run_and_kill(const std::filesystem::path& file, std::chrono::microseconds after) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    commit_for_ever(file, ends[1]);
  }
  ::close(ends[1]);
  std::uint64_t sequence = 0, highest = 0;
  bool killed = false;
  auto kill_at = std::chrono::steady_clock::time_point::max();
  while (::read(ends[0], &sequence, sizeof sequence) == sizeof sequence) {
    highest = std::max(highest, sequence);
    const auto now = std::chrono::steady_clock::now();
    if (kill_at == std::chrono::steady_clock::time_point::max()) kill_at = now + after;
    if (!killed && now >= kill_at) killed = ::kill(child, SIGKILL) == 0;
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
  ::close(ends[0]);
  return highest;
}

TEST(Crash, every_promised_record_is_there_and_none_is_missing) {
  const world::Scratch scratch;
  const auto file = scratch / "journal.db";
  std::minstd_rand random(std::random_device{}());
  std::uint64_t before = 0;
  for (int round = 0; round < 20; ++round) {
    const std::chrono::microseconds after(std::uniform_int_distribution<int>(0, 30'000)(random));
    const std::uint64_t promised = run_and_kill(file, after);
    const Proof proof = verify(file).value();
    ASSERT_FALSE(proof.broken) << "round " << round << ", killed after " << after.count() << " us: Record "
                               << proof.broken->sequence << " " << proof.broken->what;
    ASSERT_GE(proof.last, promised);
    ASSERT_GT(promised, before);
    ASSERT_EQ(proof.proved, proof.last);
    before = proof.last;
  }
}

}  // namespace
