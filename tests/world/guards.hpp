// The guard processes that are at work on this machine.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace gatepost::world {

/// The state letter of /proc/PID/stat; X when there is no such process.
inline char state_of(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(stat), {}};
  const auto name_ends = text.rfind(')');
  return name_ends == text.npos ? 'X' : text[name_ends + 2];
}

/// Those that say that they hold `board`: "lcus:/dev/pts/7". One that has ended and waits for its parent is none.
inline std::vector<pid_t> guards_of(const std::string& board) {
  std::vector<pid_t> found;
  const std::string wanted = std::string("gatepost-guard") + '\0' + board + '\0';
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    const std::string line{std::istreambuf_iterator<char>(file), {}};
    if (line == wanted && state_of(pid) != 'Z') found.push_back(pid);
  }
  return found;
}

/// Whether `holds` becomes true within `patience`. /proc has nothing to wait on.
template <class F>
bool soon(F holds, std::chrono::milliseconds patience = std::chrono::seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace gatepost::world
