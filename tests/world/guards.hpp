// The guard processes that are at work on this machine.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace gatepost::world {

/// What a file of /proc says; nothing where there is none, or none any more: its process may end at any moment, and
/// reading it fails then, which a stream's iterator throws.
inline std::string text_of(const std::filesystem::path& file) {
  std::string text;
  std::getline(std::ifstream(file, std::ios::binary), text, '\n');
  return text;
}

/// The state letter of /proc/PID/stat; X when there is no such process.
inline char state_of(pid_t pid) {
  const std::string text = text_of("/proc/" + std::to_string(pid) + "/stat");
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
    if (text_of(entry.path() / "cmdline") == wanted && state_of(pid) != 'Z') found.push_back(pid);
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
